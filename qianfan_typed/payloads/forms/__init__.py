"""Forms: files of other tools that hold requests, and the requests in them. One module a form."""

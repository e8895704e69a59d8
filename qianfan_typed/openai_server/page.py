"""Page of requests: what came in lately, at `/`, and the same as JSON at `/requests`."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from qianfan_typed.openai_server.answers import encode
from qianfan_typed.openai_server.exchange import Exchange, Whole

_SAFE: Mapping[str, str] = {
    "content-security-policy": "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "connect-src 'self'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}
_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>qianfan-typed openai</title>
<style>
body { font: 14px/1.5 system-ui, sans-serif; margin: 2em; color-scheme: light dark }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .2em .8em .2em 0; border-bottom: 1px solid #8884; white-space: nowrap }
td:nth-child(7) { white-space: normal } .bad { color: #c33 }
</style>
<h1>Requests</h1>
<p id="state">Waiting for the first.</p>
<table><thead><tr><th>#<th>time<th>request<th>model<th>status<th>ms<th>what there is to say<th>tokens</tr></thead>
<tbody id="rows"></tbody></table>
<script>
const rows = document.getElementById("rows"), state = document.getElementById("state");
async function look() {
  try {
    const found = (await (await fetch("requests")).json()).requests.reverse();
    rows.replaceChildren(...found.map(one => {
      const row = document.createElement("tr");
      const cells = [one.number, new Date(one.at * 1000).toLocaleTimeString(), one.method + " " + one.path,
        one.model + (one.target && !one.target.endsWith(" " + one.model) ? " → " + one.target : ""),
        one.status || "…", one.status ? Math.round(one.ms) : "", one.verdict, one.tokens ?? ""];
      row.append(...cells.map(text => Object.assign(document.createElement("td"), {textContent: text})));
      if (one.status >= 400) row.className = "bad";
      return row;
    }));
    if (found.length) state.textContent = "The last " + found.length + ", the newest first.";
  } catch { state.textContent = "The server does not answer."; }
}
look(); setInterval(look, 1000);
</script></html>
"""


async def page(exchange: Exchange) -> Whole:
    """`GET /`."""
    return Whole(body=_PAGE.encode(), media_type="text/html; charset=utf-8", headers=_SAFE)


async def requests(exchange: Exchange) -> Whole:
    """`GET /requests`: the last requests, the newest last."""
    found = [attrs.asdict(one) for one in exchange.adapter.log.recent()]
    return Whole(body=encode({"requests": found, "count": exchange.adapter.log.count}), headers=_SAFE)

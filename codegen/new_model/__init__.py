"""New models in the spec."""

from codegen.new_model.hunk import Hunk, NewModel, NewModelError, plan

__all__ = ["Hunk", "NewModel", "NewModelError", "plan"]

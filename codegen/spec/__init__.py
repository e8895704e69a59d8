"""The spec: its language, and how it is read and checked."""

from codegen.spec.load import Spec, load
from codegen.spec.problems import Problem, SpecError

__all__ = ["Problem", "Spec", "SpecError", "load"]

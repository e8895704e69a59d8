"""Configuration: the table of client settings, and settings from arguments, environment and defaults."""

from qianfan_typed.config.addresses import base_and_prefix as base_and_prefix
from qianfan_typed.config.addresses import path_of_v2 as path_of_v2
from qianfan_typed.config.dot_env import with_dot_env as with_dot_env
from qianfan_typed.config.loading import load as load
from qianfan_typed.config.loading import require_options as require_options
from qianfan_typed.config.loading import require_plain_hooks as require_plain_hooks
from qianfan_typed.config.secrets import HiddenText as HiddenText
from qianfan_typed.config.secrets import Secret as Secret
from qianfan_typed.config.secrets import masked as masked
from qianfan_typed.config.secrets import shows_who as shows_who
from qianfan_typed.config.secrets import without_traces as without_traces
from qianfan_typed.config.settings import APPS_PAGE as APPS_PAGE
from qianfan_typed.config.settings import KEYS_PAGE as KEYS_PAGE
from qianfan_typed.config.settings import PREFIX as PREFIX
from qianfan_typed.config.settings import ROUTE_TABLE as ROUTE_TABLE
from qianfan_typed.config.settings import TABLE as TABLE
from qianfan_typed.config.settings import Settings as Settings
from qianfan_typed.config.settings import key_among as key_among

"""Ray: calls as stages of Ray Data, and batches that a cluster answers. Needs the extra `ray`."""

from qianfan_typed.ray.stages import chat_stage as chat_stage
from qianfan_typed.ray.stages import embedding_stage as embedding_stage
from qianfan_typed.ray.stages import rerank_stage as rerank_stage
from qianfan_typed.ray.stages import validate_stage as validate_stage

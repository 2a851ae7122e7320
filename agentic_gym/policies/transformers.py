"""A model of the `transformers` library as a policy: batched, with every episode's cache kept between turns.

A turn reads only what is new, all episodes together. What new episodes all begin with, such as a system
text, is read once for all of them, and so is the whole prompt of episodes that are the same so far, such as
the members of a group. Then all write together, and one that has finished leaves the batch.
"""

import importlib
import threading
from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

from agentic_gym.errors import ConfigurationError, ContextOverflow
from agentic_gym.messages import Pixels
from agentic_gym.policies.base import Conversation, Outcome, Sampled
from agentic_gym.policies.batches import Batch, Layers, Memory, Row, common_beginning, distinct
from agentic_gym.policies.caches import growing_layer
from agentic_gym.policies.encoders import HuggingFaceEncoder, by_grid, by_processor
from agentic_gym.policies.templates import QWEN2_VL, ChatTemplate
from agentic_gym.policies.transcript import Transcript, stop_token
from agentic_gym.trajectories.tokens import TokenSequence

WORTH_SHARING = 16
"""Tokens of a common beginning below which reading it by itself costs more than it saves."""
LONG = 4
"""How many times more than the mean there has to be new in an episode for it to be read by itself."""


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
        self._torch = library("torch")
        hugging_face = library("transformers")
        self._cache_type = hugging_face.cache_utils.Cache
        self._layer_type = growing_layer(hugging_face)
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
        self._unwritable = self.tensor(encoder.unwritable(self._stop, rows))
        self._turnstile = threading.Lock()
        self._memories: WeakKeyDictionary[Conversation, Memory] = WeakKeyDictionary()

    def act(self, conversations: Sequence[Conversation]) -> list[Outcome]:
        """See `Policy`. Threads may call it; they take turns."""
        with self._turnstile:
            return self._act(conversations)

    def forget(self) -> None:
        """Drops every cache, as is needed after the model's weights have changed; tokens are kept."""
        for memory in self._memories.values():
            memory.layers, memory.cached = [], 0

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
        ids = self.tensor([list(sequence.ids)])
        output = self.model(
            input_ids=ids,
            position_ids=self.positions(sequence.ids, spans, features),
            use_cache=False,
            **self.joined(features),
        )
        logits = self.log_softmax(output.logits[0, :-1])
        return logits.gather(1, ids[0, 1:, None])[:, 0]

    # Reading.

    def _act(self, conversations: Sequence[Conversation]) -> list[Outcome]:
        rows = [self._prepare(conversation) for conversation in conversations]
        with self._torch.inference_mode():
            writing = [row for row in rows if isinstance(row, Row)]
            if writing:
                self._read_ahead(writing)
                self._write(writing)
        return [self._sampled(row) if isinstance(row, Row) else row for row in rows]

    def _prepare(self, conversation: Conversation) -> "Row | ContextOverflow":
        """The episode's row, with its tokens up to date; an error where no token has room."""
        if conversation.native:
            raise ConfigurationError(
                "a model loaded here writes its calls as text: give a text protocol, such as hermes; "
                "native calls need a server"
            )
        memory = self._memories.get(conversation)
        if memory is None:
            memory = self._memories[conversation] = Memory(Transcript(self.template, self.encoder))
        memory.transcript.extend(conversation.messages)
        length = len(memory.transcript.ids)
        if length >= self.max_context:
            return ContextOverflow(f"the prompt has {length} tokens, the context {self.max_context}")
        return Row(memory, min(self.max_new_tokens, self.max_context - length))

    def _read_ahead(self, rows: Sequence[Row]) -> None:
        """Reads once what new episodes all begin with, and by itself what is so long as to pad all others."""
        fresh = [row.memory for row in rows if not row.memory.cached]
        shared = common_beginning([memory.transcript for memory in fresh])
        if len(fresh) > 1 and shared >= WORTH_SHARING:
            self._read_to(shared, fresh)
        mean = sum(row.unread for row in rows) / len(rows)
        for row in rows:
            if row.unread > LONG * mean:
                self._read_to(len(row.memory.transcript.ids) - 1, [row.memory])

    def _read_to(self, stop: int, memories: Sequence[Memory]) -> None:
        """Takes the tokens up to `stop`, the same in all of them, into their caches."""
        cache = self._read(memories[:1], stop).cache
        for memory in memories:
            memory.layers, memory.cached = [(layer.keys, layer.values) for layer in cache.layers], stop

    def _read(self, memories: Sequence[Memory], stop: int | None = None) -> Batch:
        """Reads what is new in some episodes, up to `stop` where it is given.

        Both what is cached and what is new are padded on the left, so that the last tokens stand together.
        """
        torch = self._torch
        ids, positions, pictures = [], [], []
        for memory in memories:
            transcript, new = memory.transcript, slice(memory.cached, stop)
            spans = [(span.start, span.stop) for span in transcript.spans]
            ids.append(transcript.ids[new])
            positions.append(self.positions(transcript.ids, spans, transcript.features)[..., new])
            pictures += memory.pictures(stop)
        cache, mask = self._merge(memories)
        padding = [max(map(len, ids)) - len(row) for row in ids]
        new_mask = [[0] * n + [1] * len(row) for n, row in zip(padding, ids, strict=True)]
        mask = torch.cat([mask, self.tensor(new_mask)], dim=1)
        positions = [torch.nn.functional.pad(row, (n, 0)) for n, row in zip(padding, positions, strict=True)]
        output = self.model(
            input_ids=self.tensor([[self._stop] * n + row for n, row in zip(padding, ids, strict=True)]),
            position_ids=torch.cat(positions, dim=-2),
            attention_mask=mask,
            past_key_values=cache,
            use_cache=True,
            logits_to_keep=1,
            **self.joined(pictures),
        )
        following = [row.max().expand(*row.shape[:-1], 1) + 1 for row in positions]
        return Batch(cache, mask, output.logits[:, -1], torch.cat(following, dim=-2))

    def _merge(self, memories: Sequence[Memory]) -> tuple[Any, Any]:
        """The episodes' caches as one, padded on the left, and its mask: rows × tokens."""
        torch = self._torch
        width = max(memory.cached for memory in memories)
        mask = self.tensor([[0] * (width - each.cached) + [1] * each.cached for each in memories])
        known: Layers = next((memory.layers for memory in memories if memory.layers), [])
        empty = [(keys[:1, :, :0], values[:1, :, :0]) for keys, values in known]
        rows = [memory.layers or empty for memory in memories]
        merged = [
            tuple(
                torch.cat(
                    [
                        torch.nn.functional.pad(row[layer][part], (0, 0, width - memory.cached, 0))
                        for row, memory in zip(rows, memories, strict=True)
                    ]
                )
                for part in (0, 1)
            )
            for layer in range(len(known))
        ]
        return self.cache(merged), mask

    def positions(
        self, ids: Sequence[int], spans: Sequence[tuple[int, int]], features: Sequence[dict[str, Any]]
    ) -> Any:
        """Each token's position: 1 × tokens; with the height and width of pictures 3 × 1 × tokens."""
        torch = self._torch
        if self._rope_index is None:
            return torch.arange(len(ids), device=self.model.device)[None]
        kinds = torch.zeros((1, len(ids)), dtype=torch.long, device=self.model.device)
        for start, stop in spans:
            kinds[0, start:stop] = 1
        grids = self.joined(features).get("image_grid_thw")
        positions, _ = self._rope_index(self.tensor([list(ids)]), kinds, image_grid_thw=grids)
        return positions

    # Writing.

    def _write(self, rows: list[Row]) -> None:
        """Samples until every row has finished; a row's memory then holds its cache."""
        readers, owners = distinct(rows)
        batch = self._read([row.memory for row in readers])
        if len(readers) < len(rows):
            batch.select(self.tensor(owners))
        while True:
            tokens = self._draw(rows, batch.logits)
            kept = [i for i, row in enumerate(rows) if not row.finished(self._stop)]
            if len(kept) < len(rows):
                self._part(rows, batch, set(range(len(rows))) - set(kept))
                if not kept:
                    return
                select = self.tensor(kept)
                batch.select(select)
                rows, tokens = [rows[i] for i in kept], tokens[select]
            self._advance(batch, tokens)

    def _advance(self, batch: Batch, tokens: Any) -> None:
        """Takes a token of each row into the cache."""
        batch.mask = self._torch.cat([batch.mask, batch.mask.new_ones(len(tokens), 1)], dim=1)
        output = self.model(
            input_ids=tokens[:, None],
            position_ids=batch.position,
            attention_mask=batch.mask,
            past_key_values=batch.cache,
            use_cache=True,
        )
        batch.logits, batch.position = output.logits[:, -1], batch.position + 1

    def _draw(self, rows: Sequence[Row], logits: Any) -> Any:
        """A token for each row, kept there with its log-probability."""
        logprobs = self.log_softmax(logits)
        if self.temperature:
            tokens = self._torch.multinomial(logprobs.exp(), 1, generator=self.generator)
        else:
            tokens = logprobs.argmax(-1, keepdim=True)
        drawn = zip(rows, tokens[:, 0].tolist(), logprobs.gather(1, tokens)[:, 0].tolist(), strict=True)
        for row, token, logprob in drawn:
            row.ids.append(token)
            row.logprobs.append(logprob)
        return tokens[:, 0]

    def log_softmax(self, logits: Any) -> Any:
        """Log-probabilities of what is drawn from: float32 or wider, tokens in the last dimension."""
        wide = self._torch.promote_types(logits.dtype, self._torch.float32)
        logits = logits.to(wide).index_fill(-1, self._unwritable, float("-inf"))
        if self.temperature not in (0.0, 1.0):
            logits = logits / self.temperature
        return logits.log_softmax(-1)

    @staticmethod
    def _part(rows: Sequence[Row], batch: Batch, finished: set[int]) -> None:
        """Gives each finished row its own part of the cache back, without the padding."""
        for i in finished:
            memory = rows[i].memory
            [places] = batch.mask[i].nonzero(as_tuple=True)
            memory.layers = [
                (layer.keys[i : i + 1, :, places], layer.values[i : i + 1, :, places])
                for layer in batch.cache.layers
            ]
            memory.cached = len(places)

    def _sampled(self, row: Row) -> Sampled:
        return row.memory.transcript.sample(row.ids, row.logprobs, complete=row.ids[-1] == self._stop)

    def cache(self, layers: Layers) -> Any:
        """A cache that holds these keys and values, or an empty one."""
        if not layers:
            return self._cache_type(layer_class_to_replicate=self._layer_type)
        made = []
        for keys, values in layers:
            layer = self._layer_type()
            layer.lazy_initialization(keys, values)
            layer.keys, layer.values = keys, values
            made.append(layer)
        return self._cache_type(layers=made)

    def joined(self, features: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """The features of several pictures as the model takes them: one after another."""
        names = features[0] if features else ()
        device = self.model.device
        return {name: self._torch.cat([feature[name] for feature in features]).to(device) for name in names}

    def tensor(self, values: Any) -> Any:
        """Whole numbers where the model is."""
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
    hugging_face = library("transformers")
    config = hugging_face.AutoConfig.from_pretrained(name)
    tokenizer = hugging_face.AutoTokenizer.from_pretrained(name)
    sees = hasattr(config, "vision_config")
    kind = hugging_face.AutoModelForImageTextToText if sees else hugging_face.AutoModelForCausalLM
    model = kind.from_pretrained(name, dtype=dtype).to(device).eval()
    if not sees:
        encoder = HuggingFaceEncoder(tokenizer)
        own = ChatTemplate.of(tokenizer)
    elif config.model_type in ("qwen2_vl", "qwen2_5_vl"):
        images = hugging_face.AutoImageProcessor.from_pretrained(name)
        encode = by_grid(images, config.image_token_id)
        token = tokenizer.convert_ids_to_tokens(config.image_token_id)
        encoder = HuggingFaceEncoder(
            tokenizer, image_placeholder=token, encode_image=encode, processor=images
        )
        own = QWEN2_VL
    else:
        processor = hugging_face.AutoProcessor.from_pretrained(name)
        token = processor.image_token
        encode = by_processor(processor, token)
        encoder = HuggingFaceEncoder(
            tokenizer, image_placeholder=token, encode_image=encode, processor=processor
        )
        own = ChatTemplate.of(processor)
    options.setdefault("name", f"transformers:{name}")
    return TransformersPolicy(model, encoder, template or own, **options)


def library(name: str) -> Any:
    """A library of the extra `train`.

    Raises:
        ConfigurationError: it is not installed.
    """
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        raise ConfigurationError(
            f"a model in this process needs {name}, which is not installed: pip install 'agentic-gym[train]'"
        ) from None

"""What a study file says."""

import dataclasses
import re
import sys

# How the data grow with the number of workers (ranks × threads).
STRONG, RATINGS_A_WORKER, RATINGS_A_COLUMN = "strong", "weak: columns fixed", "weak: ratings a column fixed"
KINDS = [STRONG, RATINGS_A_WORKER, RATINGS_A_COLUMN]
# The link of a rank to the others that share its memory.
MEMORY = "memory"
# That between the nodes of an allocation.
NETWORK = "network"


@dataclasses.dataclass(frozen=True)
class Point:
    """One setting, of which there are several runs."""

    link: str
    variant: str
    ranks: int
    threads: int

    @property
    def workers(self):
        return self.ranks * self.threads


@dataclasses.dataclass
class Study:
    name: str
    title: str = "Scaling"
    # A file of ratings, or a synthetic matrix.
    data: str = "ratings-like:rows=6040,columns=3706,ratings=1000000"
    # Options of `stratum train`.
    options: str = ""
    blocks: int = 16
    # Instead, where not 0: so many for each rank.
    blocks_a_rank: int = 0
    factors: int = 64
    epochs: int = 7
    test_fraction: float = 0.1
    # Until which the time is taken too.
    target_rmse: float = 0.0
    ranks: list = dataclasses.field(default_factory=lambda: [1, 2])
    threads: list = dataclasses.field(default_factory=lambda: [1])
    repetitions: int = 7
    scaling: str = STRONG
    # `memory`, or rates of the links of virtual hosts: `off` (unshaped), `1gbit`, …
    links: list = dataclasses.field(default_factory=lambda: [MEMORY])
    # Updates a second of the best serial program known beside ours, and its name.
    serial_rate: float = 0.0
    serial_name: str = ""
    # Name to options of `stratum train`.
    variants: dict = dataclasses.field(default_factory=dict)

    def points(self):
        """All points, on each link and of each variant first the one with one rank and thread."""
        return [
            Point(link, variant, ranks, threads)
            for link in self.links
            for variant in self.variants
            for ranks, threads in sorted({(1, 1)} | {(r, t) for r in self.ranks for t in self.threads})
        ]

    def blocks_of(self, point):
        return self.blocks_a_rank * point.ranks or self.blocks

    def source(self, workers):
        """The words of `stratum train` for the data of so many workers."""
        if ":" not in self.data:
            return [self.data]
        growing = {STRONG: "", RATINGS_A_WORKER: "rows|ratings", RATINGS_A_COLUMN: "rows|columns|ratings"}[self.scaling]

        def grown(match):
            return f"{match[1]}={round(float(match[2])) * workers}"

        return ["--synthetic", re.sub(rf"\b({growing})=([0-9.e]+)", grown, self.data) if growing else self.data]


def read(path):
    """A study from its file: lines of `name = value`, of which `variant NAME = OPTIONS` may come several times."""
    plan = Study(path.stem)
    fields = [field.name for field in dataclasses.fields(Study) if field.name not in ("name", "variants")]
    names = {field.replace("_", "-"): field for field in fields}
    try:
        lines = path.read_text().splitlines()
    except OSError as error:
        sys.exit(f"{path}: the study cannot be read: {error.strerror}")
    for number, line in enumerate(lines, 1):
        text = line.split("#")[0].strip()
        if not text:
            continue
        name, separator, value = (part.strip() for part in text.partition("="))
        if not separator:
            sys.exit(f"{path}:{number}: a line should read name = value")
        if name.startswith("variant "):
            plan.variants[name.removeprefix("variant ").strip()] = value
        elif name in names:
            old = getattr(plan, names[name])
            try:
                new = [type(old[0])(word) for word in value.split()] if isinstance(old, list) else type(old)(value)
                if new == []:
                    raise ValueError
            except ValueError:
                sys.exit(f"{path}:{number}: “{value}” is no {name}")
            setattr(plan, names[name], new)
        else:
            sys.exit(f"{path}:{number}: there is no “{name}”: choose {', '.join(names)} or variant NAME")
    if plan.scaling not in KINDS:
        sys.exit(f"{path}: scaling is one of {', '.join(KINDS)}")
    if plan.scaling != STRONG and ":" not in plan.data:
        sys.exit(f"{path}: weak scaling needs a synthetic matrix, which can grow")
    if plan.repetitions < 5:
        sys.exit(f"{path}: fewer than 5 repetitions show no interval of confidence")
    if min(plan.ranks + plan.threads) < 1:
        sys.exit(f"{path}: ranks and threads are at least 1")
    if plan.epochs < 3:
        sys.exit(f"{path}: at least 3 epochs are needed: the first and the last are not counted")
    plan.variants = plan.variants or {"": ""}
    return plan

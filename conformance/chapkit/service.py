"""The service that Chapkit itself makes of the guide's linear regression: the judge of our emulator."""

import asyncio
import json
import os
from fractions import Fraction
from typing import Any, Literal

from chapkit import BaseConfig
from chapkit.api import AssessedStatus, MLServiceBuilder, MLServiceInfo, ModelMetadata, PeriodType
from chapkit.artifact import ArtifactHierarchy
from chapkit.data import DataFrame
from chapkit.ml import FunctionalModelRunner
from pydantic import Field
from servicekit.api import run_app

FEATURES = ["rainfall", "mean_temperature"]
TARGET = "disease_cases"
PACE = float(os.environ["PACE_SECONDS"])


class DiseaseConfig(BaseConfig):
    """What the emulator's configurations hold."""

    prediction_periods: int = 3
    feature_scaling: Literal["none", "standardize"] = "none"
    min_training_rows: int = Field(default=3, ge=3, le=1000)


def columns_of(frame: DataFrame, wanted: list[str]) -> list[list[Fraction]]:
    missing = [name for name in wanted if name not in frame.columns]
    if missing:
        raise ValueError(f"Missing columns: {', '.join(missing)}")
    if any(len(row) != len(frame.columns) for row in frame.data):
        raise ValueError("Rows have different lengths")
    places = [frame.columns.index(name) for name in wanted]
    return [[number_in(row[place]) for place in places] for row in frame.data]


def number_in(cell: Any) -> Fraction:
    try:
        return Fraction(cell)
    except (TypeError, ValueError) as error:
        raise ValueError(f"Not a number: {json.dumps(cell)}") from error


def least_squares(rows: list[list[Fraction]], target: list[Fraction]) -> list[Fraction]:
    """Exactly, by the normal equations in fractions: no rounding but that of the input."""
    design = [[Fraction(1), *row] for row in rows]
    width = len(design[0])
    system = [
        [sum(row[i] * row[j] for row in design) for j in range(width)]
        + [sum(row[i] * y for row, y in zip(design, target))]
        for i in range(width)
    ]
    for pivot in range(width):
        best = max(range(pivot, width), key=lambda index: abs(system[index][pivot]))
        if system[best][pivot] == 0:
            raise ValueError("The columns determine no single fit")
        system[pivot], system[best] = system[best], system[pivot]
        system[pivot] = [value / system[pivot][pivot] for value in system[pivot]]
        for index in range(width):
            if index != pivot:
                factor = system[index][pivot]
                system[index] = [a - factor * b for a, b in zip(system[index], system[pivot])]
    return [row[-1] for row in system]


async def train(config: DiseaseConfig, data: DataFrame, geo: Any = None) -> Any:
    await asyncio.sleep(PACE)
    rows = columns_of(data, [*FEATURES, TARGET])
    if len(rows) < config.min_training_rows:
        raise ValueError(f"At least {config.min_training_rows} training rows are needed")
    return [float(weight) for weight in least_squares([row[:-1] for row in rows], [row[-1] for row in rows])]


async def predict(config: DiseaseConfig, model: Any, historic: DataFrame, future: DataFrame, geo: Any = None) -> DataFrame:
    await asyncio.sleep(PACE)
    intercept, *weights = model
    samples = [
        intercept + sum(weight * float(value) for weight, value in zip(weights, row))
        for row in columns_of(future, FEATURES)
    ]
    return DataFrame(
        columns=[*future.columns, "sample_0"],
        data=[[*row, sample] for row, sample in zip(future.data, samples)],
    )


app = (
    MLServiceBuilder(
        info=MLServiceInfo(
            id=os.environ["SERVICE_NAME"],
            display_name="Disease forecast",
            version="1.0.0",
            description="Linear regression of disease cases on rainfall and mean temperature",
            model_metadata=ModelMetadata(
                author="mlgraph", author_assessed_status=AssessedStatus.yellow, contact_email="models@example.org"
            ),
            period_type=PeriodType.monthly,
            required_covariates=FEATURES,
        ),
        config_schema=DiseaseConfig,
        hierarchy=ArtifactHierarchy(
            name="ml_pipeline",
            level_labels={0: "ml_training_workspace", 1: "ml_prediction", 2: "ml_prediction_workspace"},
        ),
        runner=FunctionalModelRunner(on_train=train, on_predict=predict),
        database_url=f"sqlite+aiosqlite:///{os.environ['DATABASE_FILE']}",
    )
    .with_auth()
    .build()
)

if __name__ == "__main__":
    run_app(app, host="127.0.0.1", port=int(os.environ["PORT"]), log_level="warning")

"""The azure-ai-ml SDK: data, an AutoML job from submission to its best trial, models, and a refusal."""

import os
import pathlib
import shutil
import tempfile
import time

from azure.ai.ml import Input, MLClient, automl
from azure.ai.ml.constants import AssetTypes
from azure.ai.ml.entities import Data, Model
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError

from checks import check, expect, finish, on_behalf_of

JOB = "conformance_iris"
SAMPLE = pathlib.Path(os.environ["SAMPLE"])
MLTABLE = """type: mltable
paths:
  - file: ./iris.csv
transformations:
  - read_delimited: { delimiter: ",", header: all_files_same_headers, encoding: utf8 }
"""


def client_of(assertion):
    return MLClient(
        on_behalf_of(assertion),
        os.environ["AZURE_SUBSCRIPTION_ID"],
        os.environ["AZURE_RESOURCE_GROUP"],
        os.environ["AZUREML_WORKSPACE_NAME"],
        enable_telemetry=False,
        show_progress=False,
    )


def classification(name, **limits):
    job = automl.classification(
        experiment_name="conformance",
        training_data=Input(type=AssetTypes.MLTABLE, path="azureml:iris-table:1"),
        target_column_name=SAMPLE.read_text().splitlines()[0].split(",")[-1],
        primary_metric="accuracy",
        tags={"purpose": "conformance"},
    )
    job.name = name
    job.set_limits(max_concurrent_trials=2, timeout_minutes=15, **limits)
    job.set_training(enable_vote_ensemble=False, enable_stack_ensemble=False)
    return job


ml = client_of(os.environ["ADA_TOKEN"])
folder = pathlib.Path(tempfile.mkdtemp(prefix="iris-table-"))
shutil.copy(SAMPLE, folder / "iris.csv")
(folder / "MLTable").write_text(MLTABLE)


@check("the workspace is found")
def workspace():
    found = ml.workspaces.get(os.environ["AZUREML_WORKSPACE_NAME"])
    expect(found.location, os.environ["AZUREML_REGION"])


@check("the default datastore is the blob store")
def datastore():
    expect(ml.datastores.get_default().name, "workspaceblobstore")


@check("computes are listed")
def computes():
    expect(all(compute.name for compute in ml.compute.list()), True)


@check("a file is uploaded and registered")
def file_asset():
    made = ml.data.create_or_update(Data(name="iris-file", path=str(SAMPLE), type=AssetTypes.URI_FILE))
    expect(made.version, "1")
    expect(made.path.endswith("/iris.csv"), True)


@check("the same file again is the next version, and is not uploaded twice")
def same_file():
    first = ml.data.get("iris-file", version="1")
    again = ml.data.create_or_update(Data(name="iris-file", path=str(SAMPLE), type=AssetTypes.URI_FILE))
    expect(again.version, "2")
    expect(again.path, first.path)


@check("a folder with an MLTable is uploaded and registered")
def table_asset():
    made = ml.data.create_or_update(
        Data(name="iris-table", version="1", path=str(folder), type=AssetTypes.MLTABLE, tags={"team": "a"})
    )
    expect((made.type, made.tags), ("mltable", {"team": "a"}))


@check("data assets and their versions are listed, the latest is found by its label")
def data_lists():
    names = [asset.name for asset in ml.data.list()]
    expect({"iris-file", "iris-table"} <= set(names), True)
    expect(sorted(asset.version for asset in ml.data.list(name="iris-file")), ["1", "2"])
    expect(ml.data.get("iris-file", label="latest").version, "2")


@check("an archived version leaves the list, and comes back")
def archive():
    ml.data.archive("iris-file", version="1")
    expect([asset.version for asset in ml.data.list(name="iris-file")], ["2"])
    ml.data.restore("iris-file", version="1")
    expect(len(list(ml.data.list(name="iris-file"))), 2)


@check("what does not exist is not found")
def missing():
    for read in (lambda: ml.data.get("nothing", version="1"), lambda: ml.jobs.get("nothing")):
        try:
            read()
        except ResourceNotFoundError:
            continue
        raise AssertionError("something was found")


@check("an AutoML job is submitted")
def submitted():
    job = ml.jobs.create_or_update(classification(JOB, max_trials=4))
    expect((job.name, job.type), (JOB, "automl"))


@check("the job is streamed to its end")
def streamed():
    ml.jobs.stream(JOB)
    expect(ml.jobs.get(JOB).status, "Completed")


@check("the job says again what was submitted")
def specification():
    job = ml.jobs.get(JOB)
    expect(job.primary_metric.lower(), "accuracy")
    expect(job.limits.max_trials, 4)
    expect(job.tags["purpose"], "conformance")
    expect(job.experiment_name, "conformance")


@check("the job is listed, and its trials below it")
def listed():
    expect(JOB in [job.name for job in ml.jobs.list()], True)
    children = [job.name for job in ml.jobs.list(parent_job_name=JOB)]
    expect({f"{JOB}_0", f"{JOB}_3"} <= set(children), True)


@check("a trial's model is registered as the next version, listed and found")
def models():
    path = f"azureml://jobs/{JOB}_0/outputs/artifacts/paths/outputs/mlflow-model/"
    for version in ("1", "2"):
        made = ml.models.create_or_update(Model(name="iris-model", path=path, type=AssetTypes.MLFLOW_MODEL))
        expect(made.version, version)
    expect("iris-model" in [model.name for model in ml.models.list()], True)
    expect(sorted(model.version for model in ml.models.list(name="iris-model")), ["1", "2"])
    expect(ml.models.get("iris-model", label="latest").version, "2")


@check("a registered model is downloaded")
def downloaded():
    target = tempfile.mkdtemp(prefix="iris-model-")
    ml.models.download("iris-model", version="1", download_path=target)
    expect(any(path.name == "MLmodel" for path in pathlib.Path(target).rglob("*")), True)


@check("a job that runs is cancelled")
def cancelled():
    name = f"{JOB}_cancelled"
    ml.jobs.create_or_update(classification(name, max_trials=40))
    ml.jobs.begin_cancel(name).result()
    deadline = time.monotonic() + 60
    while ml.jobs.get(name).status != "Canceled" and time.monotonic() < deadline:
        time.sleep(0.5)
    expect(ml.jobs.get(name).status, "Canceled")


@check("who has no right is refused")
def refused():
    try:
        list(client_of(os.environ["OLAF_TOKEN"]).data.list())
    except HttpResponseError as error:
        expect((error.status_code, error.error.code), (403, "AuthorizationFailed"))
        return
    raise AssertionError("Olaf was let in")


finish()

"""The MLflow client: experiments, runs and metric history of the job that azure_ml.py has trained."""

import os

from checks import check, expect, finish, on_behalf_of

# The client reads both when it is imported, or first used.
os.environ["MLFLOW_TRACKING_TOKEN"] = on_behalf_of(os.environ["ADA_TOKEN"]).get_token("https://ml.azure.com/.default").token
os.environ["MLFLOW_TRACKING_URI"] = (
    f"https://{os.environ['AZUREML_REGION']}.api.azureml.ms/mlflow/v2.0"
    f"/subscriptions/{os.environ['AZURE_SUBSCRIPTION_ID']}/resourceGroups/{os.environ['AZURE_RESOURCE_GROUP']}"
    f"/providers/Microsoft.MachineLearningServices/workspaces/{os.environ['AZUREML_WORKSPACE_NAME']}"
)

from mlflow import MlflowClient  # noqa: E402
from mlflow.entities import ViewType  # noqa: E402
from mlflow.exceptions import MlflowException  # noqa: E402

JOB = "conformance_iris"
mlflow = MlflowClient()


@check("experiments are listed and found by name")
def experiment():
    found = mlflow.get_experiment_by_name("conformance")
    expect(found.lifecycle_stage, "active")
    expect(found.experiment_id in [each.experiment_id for each in mlflow.search_experiments()], True)
    expect(mlflow.get_experiment(found.experiment_id).name, "conformance")
    return found.experiment_id


@check("an unknown experiment is none, an unknown run an error of that name")
def unknown():
    expect(mlflow.get_experiment_by_name("nothing"), None)
    try:
        mlflow.get_run("nothing")
    except MlflowException as error:
        expect(error.error_code, "RESOURCE_DOES_NOT_EXIST")
        return
    raise AssertionError("a run was found")


@check("the trials of the job are found by their parent, with their metrics")
def trials():
    found = mlflow.search_runs([experiment], f"tags.mlflow.parentRunId = '{JOB}'")
    scored = [run for run in found if "accuracy" in run.data.metrics]
    expect(len(scored), 4)
    expect({run.info.status for run in scored}, {"FINISHED"})
    return scored


@check("runs come in pages")
def pages():
    first = mlflow.search_runs([experiment], run_view_type=ViewType.ALL, max_results=2)
    expect(len(first), 2)
    second = mlflow.search_runs([experiment], run_view_type=ViewType.ALL, max_results=2, page_token=first.token)
    expect({run.info.run_id for run in first} & {run.info.run_id for run in second}, set())


@check("the parent names the best trial, and that one has the best score")
def best():
    parent = mlflow.get_run(JOB)
    name = parent.data.tags["automl_best_child_run_id"]
    scores = {run.info.run_id: run.data.metrics["accuracy"] for run in trials}
    expect(scores[name], max(scores.values()))


@check("a metric has its history")
def history():
    learned = [run.info.run_id for run in trials if "train_log_loss" in run.data.metrics]
    points = mlflow.get_metric_history(learned[0], "train_log_loss")
    expect([point.step for point in points], [50, 100, 200, 400])
    expect([point.value for point in points], sorted((point.value for point in points), reverse=True))


@check("one value of a metric is the run's own")
def value():
    for run in trials:
        points = mlflow.get_metric_history(run.info.run_id, "accuracy")
        expect([point.value for point in points], [mlflow.get_run(run.info.run_id).data.metrics["accuracy"]])


finish()

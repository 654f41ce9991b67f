import type { Sample } from './seed.ts';
import { cases } from './seed-service.ts';

/** One tab of the GraphiQL page; `variables` is JSON text. */
export type Tab = { title: string; query: string; variables: string };

type TabContent = {
  title: string;
  query: string;
  variables?: (sample: Sample) => Record<string, unknown> | null;
};

/** The tabs that tell the story from the file to the model; those that need an id appear once there is one. */
export function openingTabs(sample: Sample): Tab[] {
  return contents.flatMap(({ title, query, variables }) => {
    const values = variables ? variables(sample) : {};
    return values === null ? [] : [{ title, query, variables: JSON.stringify(values, null, 2) }];
  });
}

const ofSession = ({ sessionId }: Sample) => (sessionId === null ? null : { session: sessionId });
const ofRun = ({ runId }: Sample) => (runId === null ? null : { run: runId });

const ofQuestion = ({ questionId }: Sample) => (questionId === null ? null : { message: questionId });

const contents: TabContent[] = [
  {
    title: 'Who am I',
    query: `# Signed in as Ada; her token is under "Headers" below.
# Those of the others are in session.json.
query WhoAmI {
  me {
    kind
    scopes
    expiresAt
    user { name email role }
  }
  health {
    status
    services { name status latencyMs message }
  }
}
`,
  },
  {
    title: 'Datasets',
    query: `query Datasets {
  datasets(first: 10) {
    nodes { id name version type uri createdAt createdBy tags { name value } }
    pageInfo { hasNextPage endCursor }
  }
}
`,
  },
  {
    title: 'Upload a CSV',
    query: `# Choose a file at the bottom of the page, then run.
mutation Upload($file: File!, $name: String!) {
  uploadDataset(input: { name: $name, file: $file }) {
    dataset { id name version type uri }
  }
}
`,
    variables: () => ({ name: 'my-data', file: null }),
  },
  {
    title: 'Start an experiment',
    query: `# Trains on the sample. The next tabs show the sample's
# first run: put this one's id into their variables.
mutation Start($dataset: ID!) {
  startExperiment(
    input: {
      experiment: "iris"
      datasetId: $dataset
      task: CLASSIFICATION
      targetColumn: "species"
      primaryMetric: "Accuracy"
      maxTrials: 5
    }
  ) {
    run { id name status }
  }
}
`,
    variables: ({ datasetId }) => (datasetId === null ? null : { dataset: datasetId }),
  },
  {
    title: 'Watch it',
    query: `# The state now, then each change, to the run's end.
subscription Watch($run: ID!) {
  runStatus(id: $run) {
    cursor
    at
    status
    previousStatus
    completedTrials
    totalTrials
    bestScore
  }
}
`,
    variables: ofRun,
  },
  {
    title: 'Follow the logs',
    query: `# What there is, then what comes, to the run's end.
# All of it at once: "logs" of the run.
subscription Logs($run: ID!) {
  runLogs(id: $run) { text cursor complete }
}
`,
    variables: ofRun,
  },
  {
    title: 'Trials and scores',
    query: `query Trials($run: ID!) {
  node(id: $run) {
    ... on AutoMLRun {
      name
      status
      targetColumn
      primaryMetric
      durationSeconds
      dataset { name version }
      trials(first: 20) {
        nodes { name algorithm score status }
      }
      bestTrial { id algorithm metrics { name value } }
    }
  }
}
`,
    variables: ofRun,
  },
  {
    title: 'Register the best model',
    query: `# Of an AutoML run, the model of its best trial.
mutation Register($run: ID!) {
  registerModel(input: { runId: $run, name: "iris-classifier" }) {
    model { id name version format uri run { id name } }
  }
}
`,
    variables: ofRun,
  },
  {
    title: 'Agents and chats',
    query: `query Chats {
  agents(first: 20) {
    nodes { id name enabled description model tools }
  }
  sessions(first: 10) {
    nodes {
      id
      title
      agent { name }
      updatedAt
      messages(last: 10) { nodes { role status content usage { totalTokens } } }
    }
  }
}
`,
  },
  {
    title: 'Chat: say something',
    query: `# The reply runs on, whoever listens.
# The next tab shows it word by word.
mutation Say($session: ID!, $content: String!) {
  sendMessage(input: { sessionId: $session, content: $content }) {
    message { id content }
    reply { id status }
  }
}
`,
    variables: (sample) =>
      sample.sessionId === null ? null : { session: sample.sessionId, content: 'Tell me about the irises.' },
  },
  {
    title: 'Chat: listen',
    query: `# The latest reply from its first word,
# then each that comes.
subscription Listen($session: ID!) {
  chatReply(sessionId: $session) {
    __typename
    cursor
    ... on ReplyDelta { text }
    ... on ToolApprovalRequested { messageId approval { id toolName serverLabel arguments } }
    ... on ConsentRequired { messageId consent { url } }
    ... on ReplyCompleted { message { status content usage { totalTokens } } }
    ... on ReplyFailed { code reason retryAfterSeconds }
  }
}
`,
    variables: ofSession,
  },
  {
    title: 'Genie: ask',
    query: `# Questions in words, answers in tables.
# Put the message's id into the next tab.
mutation Ask($space: ID!, $question: String!) {
  askGenie(input: { spaceId: $space, question: $question }) {
    message { id status conversation { id title } }
  }
}
`,
    variables: ({ spaceId }) =>
      spaceId === null ? null : { space: spaceId, question: 'What is the revenue by region?' },
  },
  {
    title: 'Genie: the answer',
    query: `# Each state, until it is final; then the rows.
subscription Answer($message: ID!) {
  genieReply(messageId: $message) {
    cursor
    message {
      status
      text
      followUpQuestion
      suggestedQuestions
      error { code message }
      query {
        sql
        result(maxRows: 20) { columns { name type } rows rowCount truncated }
      }
    }
  }
}
`,
    variables: ofQuestion,
  },
  {
    title: 'Services',
    query: `query Services {
  services(first: 10) {
    nodes {
      id
      systemName
      name
      description
      health { status }
      configSchema
      configs(first: 5) { nodes { id name data } }
      models(first: 5) { nodes { id name createdAt } }
    }
    sources { provider service ok code message }
  }
}
`,
  },
  {
    title: 'Train a service',
    query: `# Weeks of weather, and how many fell ill.
mutation Train($service: ID!, $config: ID!, $data: TableInput!) {
  train(input: { serviceId: $service, configId: $config, data: $data }) {
    run { id status artifact { id } }
  }
}
`,
    variables: ({ serviceId, configId }) =>
      serviceId === null || configId === null ? null : { service: serviceId, config: configId, data: cases },
  },
  {
    title: 'Predict with it',
    query: `# Its rows: the run's "predictions", in the next tab.
mutation Predict($model: ID!, $future: TableInput!) {
  predict(input: { modelId: $model, future: $future }) {
    run { id status }
  }
}
`,
    variables: ({ modelId }) =>
      modelId === null
        ? null
        : {
            model: modelId,
            future: {
              columns: ['rainfall', 'mean_temperature'],
              rows: [
                [110, 26],
                [90, 28],
                [125, 24],
                [80, 29],
              ],
            },
          },
  },
  {
    title: 'All runs and models',
    query: `# Of every platform, newest first.
query Everything {
  runs(first: 20) {
    nodes {
      __typename
      id
      provider
      name
      status
      createdAt
      createdBy
      ... on PredictionRun { predictions { columns { name type } rows } }
    }
    pageInfo { hasNextPage endCursor }
    sources { provider service ok code message }
  }
  models(first: 20) {
    nodes { __typename id provider name version createdAt run { id status } }
    sources { provider service ok code message }
  }
}
`,
  },
];

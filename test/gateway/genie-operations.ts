import { graphql } from './graphql/index.ts';

export const GenieSpaces = graphql(/* GraphQL */ `
  query GenieSpaces($first: Int, $after: String) {
    genieSpaces(first: $first, after: $after) {
      nodes { id title description }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const AskGenie = graphql(/* GraphQL */ `
  mutation AskGenie($input: AskGenieInput!) {
    askGenie(input: $input) {
      message { id question status createdAt conversation { id title } }
    }
  }
`);

export const GenieReply = graphql(/* GraphQL */ `
  subscription GenieReply($messageId: ID!, $after: String) {
    genieReply(messageId: $messageId, after: $after) {
      cursor
      at
      message { id status text query { sql } error { code message } }
    }
  }
`);

export const GenieAnswer = graphql(/* GraphQL */ `
  query GenieAnswer($id: ID!, $maxRows: Int) {
    node(id: $id) {
      ... on GenieMessage {
        id
        question
        status
        text
        followUpQuestion
        suggestedQuestions
        rating
        error { code message }
        conversation { id title space { id title } }
        query {
          sql
          description
          result(maxRows: $maxRows) { columns { name type } rows rowCount truncated }
        }
      }
    }
  }
`);

export const GenieHistory = graphql(/* GraphQL */ `
  query GenieHistory($id: ID!) {
    node(id: $id) {
      ... on GenieSpace {
        conversations { nodes { id title createdAt messages { nodes { id question status } } } }
      }
    }
  }
`);

export const RerunGenieQuery = graphql(/* GraphQL */ `
  mutation RerunGenieQuery($messageId: ID!) {
    rerunGenieQuery(input: { messageId: $messageId }) { message { id status } }
  }
`);

export const RateGenieAnswer = graphql(/* GraphQL */ `
  mutation RateGenieAnswer($input: RateGenieAnswerInput!) {
    rateGenieAnswer(input: $input) { message { id rating } }
  }
`);

import type { ActAs } from '../../domain/genie.ts';

type Words = Record<ActAs, string>;

const tooLittle: Words = {
  USER: 'You have too little access to this Genie space: ask its owner for CAN RUN.',
  APP: "The application has too little access to this Genie space: its owner has to give the application's service principal CAN RUN.",
};

/** Causes of a 403 that its text tells apart (contract sections 2.3, 6 and 8), the surest first, and who mends each. */
const causes: readonly [RegExp, Words][] = [
  [/\bCAN[_ ](VIEW|RUN|EDIT|MANAGE)\b/, tooLittle],
  [
    /\bscopes?\b/i,
    {
      USER: 'The token has no right to Genie: an Entra administrator has to consent to the delegated permission user_impersonation of AzureDatabricks for this application.',
      APP: 'The token of the application has no right to Genie: it must be one of Entra for AzureDatabricks, or hold the scope genie.',
    },
  ],
  [
    /\bIP\b.*\b(access|acl|blocked|allow)|private link|network polic/i,
    {
      USER: 'The network rules of the workspace refuse this gateway: a workspace administrator has to let its address in.',
      APP: 'The network rules of the workspace refuse this gateway: a workspace administrator has to let its address in.',
    },
  ],
  [
    /entitle|databricks-sql-access|workspace-access|\bSQL access\b|consumer access/i,
    {
      USER: 'You lack the entitlement Databricks SQL access in this workspace: a workspace administrator can give it.',
      APP: "The application's service principal lacks the entitlement Databricks SQL access: a workspace administrator can give it.",
    },
  ],
  [
    /not (a member|part|assigned|in|registered|provisioned)\b|(does not|doesn't) (belong|exist)|unknown (user|principal)|unauthorized (network )?access to (workspace|org)/i,
    {
      USER: 'You are not a member of this Databricks workspace: a workspace administrator can add you, with the entitlement Databricks SQL access.',
      APP: "The application's service principal is not in this Databricks workspace: a workspace administrator has to add it, with the entitlement Databricks SQL access.",
    },
  ],
  [
    /warehouse|endpoint/i,
    {
      USER: 'You lack CAN USE on the SQL warehouse of this space: its administrator can give it.',
      APP: "The application's service principal lacks CAN USE on the SQL warehouse of this space: its administrator can give it.",
    },
  ],
  [
    /\b(SELECT|USE CATALOG|USE SCHEMA|BROWSE)\b|catalog|schema|table/i,
    {
      USER: 'You lack rights to the data of this space: the owner of its tables can give you SELECT in Unity Catalog.',
      APP: "The application's service principal lacks rights to the data of this space: it needs SELECT in Unity Catalog.",
    },
  ],
  [/\b(space|agent|node|genie|object)\b/i, tooLittle],
];

const anyOfThem: Words = {
  USER: 'Databricks refused access. Most likely you are not a member of the workspace, lack its entitlement Databricks SQL access, or nobody gave you CAN RUN on the Genie space.',
  APP: 'Databricks refused the application. Most likely its service principal is not in the workspace, lacks the entitlement Databricks SQL access, or has no CAN RUN on the Genie space.',
};

/**
 * Which of the known causes a 403 most likely has, and how it is mended. A number for a code is the gateway of
 * Databricks speaking: it knows of nothing but the token's scopes.
 */
export function refusedAccess(actor: ActAs, told: { isNumber: boolean; text: string }): string {
  const text = told.isNumber && told.text === '' ? 'scope' : told.text;
  const words = causes.find(([pattern]) => pattern.test(text))?.[1] ?? anyOfThem;
  return words[actor];
}

/* Runs in the GraphiQL page, before GraphiQL: keeps the session's token fresh, and sends files. */
(() => {
  const session = globalThis.mlgraphSession;
  if (session) refreshStorage(session);
  globalThis.fetch = sendingFile(globalThis.fetch.bind(globalThis));
  addEventListener('DOMContentLoaded', () => document.body.append(fileField()));
  addEventListener('DOMContentLoaded', () => document.head.append(style()));

  /**
   * GraphiQL's tabs can be dragged; a plain click throws the tab out from under the pointer, and opens nothing. They
   * stand in one line without a scrollbar, where nobody finds the later ones: here in as many as they need. The file
   * field has a line of its own below GraphiQL, where it covers no answer.
   */
  function style() {
    const element = document.createElement('style');
    element.textContent = `
      .graphiql-tab { transform: none !important; font-size: 13px; }
      .graphiql-tabs { flex-wrap: wrap !important; row-gap: 4px; }
      .graphiql-session-header { height: auto !important; }
      .graphiql-container { height: calc(100vh - 36px) !important; }
      #mlgraph-file {
        position: fixed; bottom: 0; left: 68px; height: 36px;
        display: flex; align-items: center; gap: 8px; font: 14px sans-serif;
      }`;
    return element;
  }

  /**
   * GraphiQL opens what it stored on an earlier visit, whatever the page was made with, so the session is put there.
   * Tabs of this session stay as they were left, but with the headers of today; those of another one are replaced.
   */
  function refreshStorage({ headers, tabs }) {
    const text = JSON.stringify(headers, null, 2);
    const fingerprint = JSON.stringify(tabs);
    const stored = readJson(localStorage.getItem('graphiql:tabState'));
    const known = localStorage.getItem('mlgraph:tabs') === fingerprint && stored?.tabs?.length > 0;
    localStorage.setItem('graphiql:headers', text);
    if (known) {
      const kept = { ...stored, tabs: stored.tabs.map((tab) => ({ ...tab, headers: text })) };
      return storeTabs(kept);
    }
    const opened = { activeTabIndex: 0, tabs: tabs.map((tab, index) => tabOf(tab, index, text)) };
    storeTabs(opened);
    localStorage.setItem('mlgraph:tabs', fingerprint);
    // GraphiQL keeps the query in the address, too.
    history.replaceState({}, '', location.pathname);
  }

  /** With what is in the editors: GraphiQL stores that apart, and opens one more tab where it is not the open tab's. */
  function storeTabs(state) {
    const open = state.tabs[state.activeTabIndex] ?? state.tabs[0];
    localStorage.setItem('graphiql:tabState', JSON.stringify(state));
    localStorage.setItem('graphiql:query', open?.query ?? '');
    localStorage.setItem('graphiql:variables', open?.variables ?? '');
  }

  function tabOf({ title, query, variables }, index, headers) {
    const operationName = /^\s*(?:query|mutation|subscription)\s+(\w+)/m.exec(query)?.[1] ?? null;
    const text = typeof variables === 'object' ? JSON.stringify(variables, null, 2) : (variables ?? '');
    const id = `mlgraph-${index}`;
    const name = title ?? operationName ?? '<untitled>';
    return { id, title: name, query, variables: text, headers, operationName, response: null, hash: null };
  }

  /** Turns a request whose operation has a variable of type File into a GraphQL multipart request. */
  function sendingFile(fetch) {
    return async (address, init) => {
      const operation = typeof init?.body === 'string' ? readJson(init.body) : null;
      const variable = /\$(\w+)\s*:\s*File\b/.exec(operation?.query ?? '')?.[1];
      if (!variable) return fetch(address, init);
      const file = document.querySelector('#mlgraph-file input').files[0];
      if (!file) return refusal(`Choose a file for $${variable}, in the field at the bottom of the page.`);
      return fetch(address, {
        ...init,
        headers: withoutType(init.headers),
        body: form(operation, variable, file),
      });
    };
  }

  function form(operation, variable, file) {
    const body = new FormData();
    const variables = { ...operation.variables, [variable]: null };
    body.append('operations', JSON.stringify({ ...operation, variables }));
    body.append('map', JSON.stringify({ 0: [`variables.${variable}`] }));
    body.append('0', file, file.name);
    return body;
  }

  /** The browser names the boundary itself. */
  function withoutType(headers) {
    const rest = new Headers(headers);
    rest.delete('content-type');
    return rest;
  }

  function refusal(message) {
    const body = JSON.stringify({ errors: [{ message, extensions: { code: 'BAD_USER_INPUT' } }] });
    return new Response(body, { headers: { 'content-type': 'application/json' } });
  }

  function fileField() {
    const label = document.createElement('label');
    const input = document.createElement('input');
    label.id = 'mlgraph-file';
    label.title = 'Sent with the operation that has a variable of type File';
    input.type = 'file';
    label.append('File for $file: ', input);
    return label;
  }

  function readJson(text) {
    try {
      return JSON.parse(text);
    } catch {
      return null;
    }
  }
})();

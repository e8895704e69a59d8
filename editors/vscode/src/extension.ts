// A thin client: it starts `qianfan-typed lsp` and hands it what is typed. Everything else the server does.

import { commands, ExtensionContext, window, workspace } from "vscode";
import { LanguageClient, LanguageClientOptions, ServerOptions } from "vscode-languageclient/node";

let client: LanguageClient | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  context.subscriptions.push(
    commands.registerCommand("qianfan-typed.restart", restart),
    workspace.onDidChangeConfiguration(async (change) => {
      if (change.affectsConfiguration("qianfan-typed")) {
        await restart();
      }
    }),
  );
  await start();
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}

async function restart(): Promise<void> {
  const running = client;
  client = undefined;
  await running?.stop();
  await start();
}

async function start(): Promise<void> {
  const [command, ...args] = words();
  if (command === undefined) {
    return;
  }
  const server: ServerOptions = { command, args };
  const options: LanguageClientOptions = {
    documentSelector: ["python", "json", "jsonc", "jsonl", "yaml"].map((language) => ({ scheme: "file", language })),
    // Of pyproject.toml the server is told that it was saved: its settings are read again.
    synchronize: { fileEvents: workspace.createFileSystemWatcher("**/pyproject.toml") },
  };
  client = new LanguageClient("qianfan-typed", "Qianfan requests", server, options);
  try {
    await client.start();
  } catch (error) {
    client = undefined;
    void window.showErrorMessage(
      `${command} does not start (${String(error)}). pip install "qianfan-typed[lsp]", or set qianfan-typed.command.`,
    );
  }
}

function words(): string[] {
  const folder = workspace.workspaceFolders?.[0]?.uri.fsPath ?? "";
  const command = workspace.getConfiguration("qianfan-typed").get<string[]>("command") ?? [];
  return command.map((word) => word.replaceAll("${workspaceFolder}", folder));
}

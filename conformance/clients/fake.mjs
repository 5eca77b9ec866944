// Starts the fake as a user does: a process on a free port, told apart by its handle and stopped by it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const binary = process.env.UNDERSTUDY_BIN ?? fileURLToPath(new URL("../../bin/understudy", import.meta.url));

/**
 * Starts `understudy serve` with the default world.
 * `target` is the target profile that it wrote: addresses, identifiers and keys. `stop` ends the process and says
 * what it printed if it did not end well.
 */
export async function startFake() {
  const folder = await mkdtemp(join(tmpdir(), "understudy-clients-"));
  const file = join(folder, "target.json");
  const server = spawn(binary, ["serve", "--addr", "127.0.0.1:0", "--target-out", file], { stdio: ["ignore", "pipe", "pipe"] });
  process.once("exit", () => server.kill()); // also when a test file ends early
  let printed = "";
  server.stdout.on("data", (text) => (printed += text));
  server.stderr.on("data", (text) => (printed += text));
  const ended = once(server, "close");
  ended.catch(() => {}); // a binary that is not there is reported by the race below
  // The greeting follows the profile.
  const first = await Promise.race([once(server.stdout, "data"), ended]);
  if (typeof first[0] === "number") throw new Error(`${binary} serve ended with status ${first[0]}:\n${printed}`);
  return {
    target: JSON.parse(await readFile(file, "utf8")),
    async stop() {
      server.kill("SIGTERM");
      const [status] = await ended;
      await rm(folder, { recursive: true });
      if (status !== 0) throw new Error(`the fake ended with status ${status}:\n${printed}`);
    },
  };
}

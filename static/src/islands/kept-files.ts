// Files of a line that could not be sent, kept in this browser's own store under the key of the line.
import type { HeldFile } from "./log-files";

const STORE = "files";

function opened(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const asked = window.indexedDB.open("tz.duty-log", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
    asked.onsuccess = () => { resolve(asked.result); };
    asked.onerror = () => { reject(asked.error ?? new Error("no store")); };
  });
}

async function within<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const base = await opened();
  try {
    return await new Promise<T>((resolve, reject) => {
      const work = base.transaction(STORE, mode);
      const asked = act(work.objectStore(STORE));
      work.oncomplete = () => { resolve(asked.result); };
      work.onerror = () => { reject(work.error ?? new Error("not kept")); };
      work.onabort = () => { reject(work.error ?? new Error("not kept")); };
    });
  } finally {
    base.close();
  }
}

/** The place of a line is its person and its key: another person at this device never meets it. */
export const fileStore = {
  async keep(place: string, files: readonly HeldFile[]): Promise<void> {
    await within("readwrite", (store) => store.put([...files], place));
  },

  /** What was kept; nothing when the browser has cleared it. */
  async kept(place: string): Promise<HeldFile[]> {
    const found = await within<unknown>("readonly", (store) => store.get(place));
    return Array.isArray(found) ? (found as HeldFile[]) : [];
  },

  /** The line is written, or is not wanted. */
  async drop(place: string): Promise<void> {
    await within("readwrite", (store) => store.delete(place));
  },
};

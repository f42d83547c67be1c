import { useState } from "react";
import { useChange } from "@/api/change";
import type { Schemas } from "@/api/client";
import { upload } from "@/api/upload";

/** The API takes no larger body, as Cloud Run takes 32 MiB of a request: a refusal from there would say nothing. */
const LONGEST_BODY = 30 * 2 ** 20;
/** As much as the API unpacks. */
const LONGEST_FILE = 128 * 2 ** 20;

const KINDS = { json: "application/json", csv: "text/csv" } as const;
export const ACCEPTED = Object.keys(KINDS)
  .map((ending) => `.${ending}`)
  .join();

/** By the name: what a browser takes a CSV for depends on the spreadsheets that are installed. */
function kindOf({ name }: File): string | undefined {
  const lower = name.toLowerCase();
  return Object.entries(KINDS).find(([ending]) => lower.endsWith(`.${ending}`))?.[1];
}

export type Hindrance = "kind" | "file" | "body" | "unpackable";

/** Why a file is not sent at all. */
export class Hindered extends Error {
  constructor(readonly by: Hindrance) {
    super(by);
    this.name = "Hindered";
  }
}

const canPack = () => typeof CompressionStream !== "undefined";

/** What is seen of a file before it is packed. */
export function hindranceOf(file: File): Hindrance | null {
  if (!kindOf(file)) return "kind";
  if (file.size > LONGEST_FILE) return "file";
  return !canPack() && file.size > LONGEST_BODY ? "unpackable" : null;
}

export type Progress = { stage: "packing" | "sending" | "storing"; share: number };

/** Packs and sends a file, telling how far it is, and reads the project again. The same file again changes nothing. */
export function useImport(projectId: string) {
  const [progress, setProgress] = useState<Progress>({ stage: "packing", share: 0 });
  const importing = useChange([["project", projectId]], (file: File) =>
    send(projectId, file, setProgress),
  );
  return { ...importing, progress };
}

async function send(
  projectId: string,
  file: File,
  tell: (progress: Progress) => void,
): Promise<Schemas["ImportedPeople"]> {
  const kind = kindOf(file);
  const hindrance = hindranceOf(file);
  if (!kind || hindrance) throw new Hindered(hindrance ?? "kind");
  const headers: Record<string, string> = { "content-type": kind };
  if (canPack()) headers["content-encoding"] = "gzip";
  tell({ stage: "packing", share: 0 });
  const body = canPack() ? await packed(file, (share) => tell({ stage: "packing", share })) : file;
  if (body.size > LONGEST_BODY) throw new Hindered("body");
  return upload(
    `/api/v1/projects/${projectId}/personas/import`,
    body,
    (share) => tell({ stage: share < 1 ? "sending" : "storing", share }),
    headers,
  );
}

/**
 * The file by gzip, read and packed piece by piece. It is whole before it is sent: only then one knows that it is small
 * enough, browsers send streams by HTTP/2 alone, and most send none.
 */
function packed(file: File, onRead: (share: number) => void): Promise<Blob> {
  let read = 0;
  const counted = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(piece, next) {
      read += piece.byteLength;
      onRead(read / file.size);
      next.enqueue(piece);
    },
  });
  const pieces = file.stream().pipeThrough(counted).pipeThrough(new CompressionStream("gzip"));
  return new Response(pieces).blob();
}

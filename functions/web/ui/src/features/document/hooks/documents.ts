import { infiniteQueryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useChange } from "@/api/change";
import { api, type Schemas, taken, takenWhole } from "@/api/client";
import { upload } from "@/api/upload";

export type Document = Schemas["DocumentView"];

/** Documents a page: more than most projects have, and few enough to be drawn at once. */
const PAGE = 50;

/** What the project reads, the newest first: its own documents, lent libraries, and the shared one. */
export const documentsQuery = (projectId: string) =>
  infiniteQueryOptions({
    queryKey: ["project", projectId, "documents"],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam }) => {
      const { data, response } = await takenWhole(
        api.GET("/api/v1/rag/documents", {
          params: { query: { project_id: projectId, cursor: pageParam, limit: PAGE } },
        }),
      );
      return {
        documents: data,
        total: Number(response.headers.get("x-total-count")),
        next: response.headers.get("x-next-cursor") ?? undefined,
      };
    },
    getNextPageParam: (page) => page.next,
  });

/** Passages a page: what somebody reads through at once. */
const CHUNKS = 50;

/**
 * The passages of a version of a document, as they are searched and cited. Each page that is read is on record, so
 * looking away and back does not read it again.
 */
export const chunksQuery = (projectId: string, { id, version }: Document) =>
  infiniteQueryOptions({
    queryKey: ["document", id, "chunks", version, projectId],
    initialPageParam: undefined as number | undefined,
    queryFn: async ({ pageParam }) => {
      const { data, response } = await takenWhole(
        api.GET("/api/v1/rag/documents/{document_id}/chunks", {
          params: {
            path: { document_id: id },
            query: { project_id: projectId, cursor: pageParam, limit: CHUNKS },
          },
        }),
      );
      const next = response.headers.get("x-next-cursor");
      return {
        chunks: data,
        total: Number(response.headers.get("x-total-count")),
        next: next === null ? undefined : Number(next),
      };
    },
    getNextPageParam: (page) => page.next,
    staleTime: 300_000,
    refetchOnWindowFocus: false,
  });

export const useDeleteDocument = (projectId: string, document_id: string) =>
  useChange([documentsQuery(projectId).queryKey], () =>
    taken(api.DELETE("/api/v1/rag/documents/{document_id}", { params: { path: { document_id } } })),
  );

export type Upload = { file: File; title: string; projectId: string };

/** Sends a file, telling how far it is. */
export function useUpload(projectId: string) {
  const client = useQueryClient();
  const [sent, setSent] = useState(0);
  const uploading = useMutation({
    mutationFn: (wish: Upload) => send(wish, setSent),
    onMutate: () => setSent(0),
    onSuccess: () => client.invalidateQueries({ queryKey: ["project", projectId, "documents"] }),
  });
  return { ...uploading, sent };
}

function send({ file, title, projectId }: Upload, onSent: (share: number) => void) {
  const form = new FormData();
  form.set("title", title);
  form.set("project_id", projectId);
  form.set("file", file);
  return upload<Schemas["DocumentUploaded"]>("/api/v1/rag/documents/upload", form, onSent);
}

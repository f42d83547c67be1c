import { queryOptions, useMutation } from "@tanstack/react-query";
import { api, type Schemas, taken } from "@/api/client";
import { download, follow } from "@/api/download";
import { exportsOf, keep } from "@/app/kept";

declare const __EXPORT_FORMATS__: readonly Schemas["ExportFormat"][];
/** What the API writes, by its description when the console was built: a format that it learns is offered by itself. */
export const EXPORT_FORMATS = __EXPORT_FORMATS__;

/** What is taken away. One person comes at once, everything else by a run. */
export type Subject = {
  kind: "persona" | Schemas["ExportSubject"];
  id: string;
  name: string;
};

export type Written = Schemas["ExportView"];
export type Wish = {
  format: Schemas["ExportFormat"];
  bom: boolean;
  unmask: boolean;
  reason: string | null;
};

export const exportQuery = (id: string) =>
  queryOptions({
    queryKey: ["export", id],
    queryFn: () =>
      taken(api.GET("/api/v1/exports/{export_id}", { params: { path: { export_id: id } } })),
  });

/** Saves a person. No name stands in the file's: it may be masked. */
export const useSavePersona = (personaId: string) =>
  useMutation({
    mutationFn: (wish: Wish) =>
      download(
        new Request(`/api/v1/personas/${personaId}/actions/export`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(wish),
        }),
        `persona.${wish.format}`,
      ),
  });

/** Starts the run that writes a file. The key makes two clicks one run. */
export const useStartExport = (projectId: string, { kind, id }: Subject) =>
  useMutation({
    mutationFn: ({ key, ...wish }: Wish & { key: string }) =>
      taken(
        api.POST("/api/v1/projects/{project_id}/exports", {
          params: { path: { project_id: projectId }, header: { "idempotency-key": key } },
          body: {
            ...wish,
            subject: kind as Schemas["ExportSubject"],
            subject_id: kind === "project" ? null : id,
          },
        }),
      ),
    onSuccess: ({ export_id }) => keep(exportsOf(id), export_id),
  });

/** Fetches the file, or the page that says what it is. The link is made for this click. */
export const useFetchExport = (id: string) =>
  useMutation({
    mutationFn: async (part: "file" | "disclosure") => {
      const link = await taken(
        api.POST("/api/v1/exports/{export_id}/link", { params: { path: { export_id: id } } }),
      );
      follow(link[part]);
    },
  });

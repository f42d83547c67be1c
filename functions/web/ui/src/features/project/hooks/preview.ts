import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { api, type Schemas, taken } from "@/api/client";
import { useSettled } from "@/app/settled";
import type { Weights } from "../components/target";

export type TargetPreview = Schemas["TargetPreview"];
export type AttributePreview = Schemas["AttributePreview"];

/** What a target gives beside the official shares; a failure says why it cannot be met. */
export const previewQuery = (target: Weights, people: number) =>
  queryOptions({
    queryKey: ["target-preview", target, people],
    queryFn: ({ signal }) =>
      taken(
        api.POST("/api/v1/populations/preview", {
          body: { target_demographics: target, people },
          signal,
        }),
      ),
    // the tables do not change while somebody looks
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });

/** The same for what is being set; the last one stays until the next is there. */
export function usePreview(target: Weights, people: number) {
  // as a text, because an object is another one at each drawing
  const asked = useSettled(JSON.stringify({ target, people }));
  const { target: rested, people: of } = JSON.parse(asked) as { target: Weights; people: number };
  return useQuery({
    ...previewQuery(rested, of),
    enabled: Number.isInteger(of) && of >= 1 && of <= 100_000,
    placeholderData: keepPreviousData,
  });
}

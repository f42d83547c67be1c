import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, type Schemas, taken } from "@/api/client";
import type { Weights } from "../components/target";

export type TargetPreview = Schemas["TargetPreview"];
export type AttributePreview = Schemas["AttributePreview"];

/** How long the sliders rest before the server is asked what they give. */
const REST_MS = 400;

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
  const asked = useRested(JSON.stringify({ target, people }));
  const { target: rested, people: of } = JSON.parse(asked) as { target: Weights; people: number };
  return useQuery({
    ...previewQuery(rested, of),
    enabled: Number.isInteger(of) && of >= 1 && of <= 100_000,
    placeholderData: keepPreviousData,
  });
}

/** The value once it has not changed for a while. */
function useRested(value: string): string {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), REST_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return rested;
}

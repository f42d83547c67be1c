import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import {
  createMemoryHistory,
  createRootRoute,
  createRouter,
  RouterProvider,
} from "@tanstack/react-router";
import { configure, render } from "@testing-library/react";
import i18next from "i18next";
import type { ReactNode } from "react";
import { initReactI18next } from "react-i18next";
import en from "@/i18n/en.json";

// what is waited for comes, whatever else the machine does
configure({ asyncUtilTimeout: 60_000 });

/** What a test of components stands on: the English texts. */
export const inEnglish = () =>
  i18next.use(initReactI18next).init({ lng: "en", resources: { en: { translation: en } } });

/** Shows a screen at the root of a router, with a query cache of its own, which tries nothing twice. */
export function show(screen: () => ReactNode) {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const root = createRootRoute({ validateSearch: (search) => search, component: screen });
  const router = createRouter({ routeTree: root, history: createMemoryHistory() });
  render(
    <QueryClientProvider client={client}>
      <RouterProvider router={router as never} />
    </QueryClientProvider>,
  );
  return { client, router };
}

/** A problem document, as the server sends it. */
export const problem = (detail: string, request_id: string, status = 503) =>
  new Response(JSON.stringify({ status, detail, code: "unavailable", request_id }), { status });

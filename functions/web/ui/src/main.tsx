import "./index.css";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { ProblemError } from "./api/problem";
import { forgetWithAccount } from "./app/account";
import { createConsoleRouter } from "./app/router";
import { Toasts } from "./components/ui/toast";
import { startTexts } from "./i18n";

const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      // What the caller did wrong stays wrong; what may pass is tried twice more.
      retry: (count, failure) =>
        count < 2 &&
        (!(failure instanceof ProblemError) || failure.status === 0 || failure.status >= 500),
    },
  },
});

forgetWithAccount(queryClient);

async function start() {
  await startTexts();
  const root = document.getElementById("root");
  if (!root) throw new Error("index.html has no #root");
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={createConsoleRouter(queryClient)} />
        <Toasts />
      </QueryClientProvider>
    </StrictMode>,
  );
}

void start();

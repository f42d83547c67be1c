import { Link, Outlet } from "@tanstack/react-router";
import {
  Calculator,
  ClipboardList,
  FileSearch,
  FileText,
  Gauge,
  LayoutDashboard,
  ListChecks,
  ListTodo,
  MessagesSquare,
  NotebookPen,
  UserRound,
  Users,
  Wallet,
} from "lucide-react";
import { Suspense } from "react";
import { useTranslation } from "react-i18next";
import { PageFailure } from "@/components/page-failure";
import { Loading, Skeleton } from "@/components/ui/states";
import { Present } from "@/features/collaboration/components/present";
import { useLive } from "@/features/collaboration/hooks/live";
import { useProject } from "./hooks/projects";

const PLACES = [
  { to: "/projects/$projectId", name: "overview", icon: LayoutDashboard },
  { to: "/projects/$projectId/brief", name: "brief", icon: NotebookPen },
  { to: "/projects/$projectId/people", name: "people", icon: Users },
  { to: "/projects/$projectId/fidelity", name: "fidelity", icon: Gauge },
  { to: "/projects/$projectId/figures", name: "figures", icon: Calculator },
  { to: "/projects/$projectId/focus-groups", name: "focusGroups", icon: MessagesSquare },
  { to: "/projects/$projectId/surveys", name: "surveys", icon: ClipboardList },
  { to: "/projects/$projectId/documents", name: "documents", icon: FileText },
  { to: "/projects/$projectId/search", name: "search", icon: FileSearch },
  { to: "/projects/$projectId/tasks", name: "tasks", icon: ListTodo },
  { to: "/projects/$projectId/runs", name: "runs", icon: ListChecks },
  { to: "/projects/$projectId/members", name: "members", icon: UserRound },
  { to: "/projects/$projectId/usage", name: "usage", icon: Wallet },
] as const;

export { PLACES as PROJECT_PLACES };

export function ProjectLayout() {
  const { projectId, data: project, error, refetch } = useProject();
  if (error) {
    return (
      <div className="px-5 py-7">
        <PageFailure failure={error} retry={() => void refetch()} />
      </div>
    );
  }
  return (
    <div className="flex flex-1 flex-col lg:flex-row">
      <div className="shrink-0 border-line border-b bg-surface lg:w-62 lg:border-r lg:border-b-0">
        <div className="lg:sticky lg:top-13 lg:max-h-[calc(100dvh-3.25rem)] lg:overflow-y-auto lg:px-3 lg:py-5">
          <div className="flex items-center justify-between gap-3 px-5 pt-3 lg:mb-3 lg:px-2.5 lg:pt-0">
            <span className="min-w-0 truncate font-semibold">
              {project ? project.name : <Skeleton className="h-5 w-32" />}
            </span>
            {project && <Together key={projectId} projectId={projectId} />}
          </div>
          <Places projectId={projectId} />
        </div>
      </div>
      <div className="min-w-0 flex-1 px-5 py-7 lg:px-9">
        <div className="mx-auto w-full max-w-6xl">
          {project ? (
            <Suspense fallback={<Loading />}>
              <Outlet />
            </Suspense>
          ) : (
            <Loading />
          )}
        </div>
      </div>
    </div>
  );
}

/** Follows what others do in the project, and shows who is there: only for whoever may see it. */
function Together({ projectId }: { projectId: string }) {
  useLive(projectId);
  return <Present projectId={projectId} />;
}

function Places({ projectId }: { projectId: string }) {
  const { t } = useTranslation();
  return (
    <nav aria-label={t("nav.project")}>
      <ul className="flex gap-0.5 overflow-x-auto px-3 py-2 lg:flex-col lg:overflow-visible lg:px-0 lg:py-0">
        {PLACES.map(({ to, name, icon: Icon }) => (
          <li key={to}>
            <Link
              to={to}
              params={{ projectId }}
              activeOptions={{ exact: name === "overview", includeSearch: false }}
              className="flex items-center gap-2.5 whitespace-nowrap rounded-lg px-2.5 py-1.5 text-quiet hover:bg-sunken hover:text-ink"
              activeProps={{ className: "bg-accent-soft !text-accent font-medium" }}
            >
              <Icon aria-hidden className="size-4 shrink-0" />
              {t(`nav.${name}`)}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

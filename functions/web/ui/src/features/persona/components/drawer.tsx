import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Dialog } from "@/components/ui/dialog";
import { Failure, Skeleton } from "@/components/ui/states";
import { Tabs } from "@/components/ui/tabs";
import { Comments, CommentsLabel } from "@/features/collaboration/components/comments";
import { MakeTask } from "@/features/collaboration/components/make-task";
import { useShows } from "@/features/collaboration/hooks/presence";
import { Export } from "@/features/export/components/export";
import { JourneyPanel } from "@/features/insight/components/journey";
import { MessagesPanel } from "@/features/insight/components/messages";
import { NeedsPanel } from "@/features/insight/components/needs";
import { Metrics } from "@/features/kpi/components/metrics";
import type { Project } from "@/features/project/hooks/projects";
import { detailsQuery, type PersonaDetails } from "../hooks/personas";
import { DeletePersona } from "./delete";
import { Evidence } from "./evidence";
import { Character, Facts, Story } from "./portrait";
import { Reasons } from "./reasons";
import { Share } from "./share";
import { DrawerSkeleton } from "./skeleton";
import { StatusMenu } from "./status";
import { Trail } from "./trail";
import { Traits } from "./traits";

export const VIEWS = [
  "overview",
  "profile",
  "needs",
  "journey",
  "messages",
  "insights",
  "comments",
  "trail",
] as const;
export type DrawerView = (typeof VIEWS)[number];

type Props = {
  project: Project;
  personaId: string | undefined;
  view: string | undefined;
  onView: (view: DrawerView) => void;
  onClose: () => void;
};

/** Everything about one person, beside the table that they were chosen from. */
export function PersonaDrawer({ project, personaId, view: wanted, onView, onClose }: Props) {
  const { data, error, refetch } = useQuery({
    ...detailsQuery(personaId ?? ""),
    enabled: Boolean(personaId),
  });
  const view = VIEWS.find((known) => known === wanted) ?? "overview";
  const { t } = useTranslation();
  const title = data ? (
    <Title persona={data} />
  ) : error ? (
    t("state.noPageNow")
  ) : (
    <Skeleton className="h-6 w-48" />
  );
  return (
    <Dialog side open={Boolean(personaId)} onClose={onClose} title={title}>
      {error ? (
        <Failure failure={error} retry={() => void refetch()} />
      ) : data ? (
        <Content
          key={data.id}
          project={project}
          persona={data}
          view={view}
          onView={onView}
          onDeleted={onClose}
        />
      ) : (
        <DrawerSkeleton view={view} />
      )}
    </Dialog>
  );
}

function Title({ persona }: { persona: PersonaDetails }) {
  return (
    <>
      {persona.full_name}
      <span className="block font-normal text-base text-quiet">
        {persona.occupation}, {persona.age}, {persona.location}
      </span>
    </>
  );
}

function Content({
  project,
  persona,
  view,
  onView,
  onDeleted,
}: {
  project: Project;
  persona: PersonaDetails;
  view: DrawerView;
  onView: (view: DrawerView) => void;
  onDeleted: () => void;
}) {
  const { t } = useTranslation();
  const subject = { kind: "persona", id: persona.id } as const;
  useShows("persona", persona.id);
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center gap-2">
        <StatusMenu persona={persona} projectId={project.id} role={project.role} />
        <span className="ml-auto flex flex-wrap gap-2">
          <MakeTask project={project} subject={subject} />
          <Share people={[persona]} role={project.role} />
          <Export
            projectId={project.id}
            role={project.role}
            subject={{ kind: "persona", id: persona.id, name: persona.full_name }}
          />
          {persona.may_delete && (
            <DeletePersona persona={persona} projectId={project.id} onDeleted={onDeleted} />
          )}
        </span>
      </div>
      <Tabs
        label={persona.full_name}
        value={view}
        onChange={onView}
        tabs={VIEWS.map((name) => ({
          value: name,
          label:
            name === "comments" ? (
              <CommentsLabel projectId={project.id} subject={subject} />
            ) : (
              t(`person.views.${name}`)
            ),
        }))}
      >
        <div className="flex flex-col gap-6">
          {view === "overview" && (
            <>
              <Facts persona={persona} />
              <Metrics personaId={persona.id} project={project} />
              <Story persona={persona} />
            </>
          )}
          {view === "profile" && (
            <>
              <Traits persona={persona} />
              <Character persona={persona} />
            </>
          )}
          {view === "needs" && <NeedsPanel personaId={persona.id} project={project} />}
          {view === "journey" && <JourneyPanel personaId={persona.id} project={project} />}
          {view === "messages" && <MessagesPanel personaId={persona.id} project={project} />}
          {view === "insights" && (
            <>
              <Reasons personaId={persona.id} />
              <Evidence persona={persona} />
            </>
          )}
          {view === "comments" && <Comments project={project} subject={subject} />}
          {view === "trail" && <Trail persona={persona} />}
        </div>
      </Tabs>
    </div>
  );
}

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { may } from "@/app/access";
import { useSession } from "@/app/session";
import { Dialog } from "@/components/ui/dialog";
import { Failure, Loading, Skeleton } from "@/components/ui/states";
import { Tabs } from "@/components/ui/tabs";
import type { Project } from "@/features/project/hooks/projects";
import { detailsQuery, type PersonaDetails } from "../hooks/personas";
import { DeletePersona } from "./delete";
import { Evidence } from "./evidence";
import { Portrait } from "./portrait";
import { Reasons } from "./reasons";
import { Trail } from "./trail";
import { Traits } from "./traits";

/** Everything about one person, beside the table that they were chosen from. */
export function PersonaDrawer({
  project,
  personaId,
  onClose,
}: {
  project: Project;
  personaId: string | undefined;
  onClose: () => void;
}) {
  const { data, error, refetch } = useQuery({
    ...detailsQuery(personaId ?? ""),
    enabled: Boolean(personaId),
  });
  const title = data ? <Title persona={data} /> : <Skeleton className="h-6 w-48" />;
  return (
    <Dialog side open={Boolean(personaId)} onClose={onClose} title={title}>
      {error ? (
        <Failure failure={error} retry={() => void refetch()} />
      ) : data ? (
        <Content key={data.id} project={project} persona={data} onDeleted={onClose} />
      ) : (
        <Loading lines={9} />
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

const VIEWS = ["overview", "profile", "insights", "trail"] as const;
type View = (typeof VIEWS)[number];

function Content({
  project,
  persona,
  onDeleted,
}: {
  project: Project;
  persona: PersonaDetails;
  onDeleted: () => void;
}) {
  const { t } = useTranslation();
  const session = useSession();
  const [view, setView] = useState<View>("overview");
  return (
    <div className="flex flex-col gap-5">
      <Tabs
        label={persona.full_name}
        value={view}
        onChange={setView}
        tabs={VIEWS.map((name) => ({ value: name, label: t(`person.views.${name}`) }))}
      >
        {view === "overview" && (
          <div className="flex flex-col gap-6">
            <Portrait persona={persona} />
            <Reasons personaId={persona.id} />
          </div>
        )}
        {view === "profile" && <Traits persona={persona} />}
        {view === "insights" && <Evidence persona={persona} />}
        {view === "trail" && <Trail lines={persona.audit_log} self={session?.user.id} />}
      </Tabs>
      {may(project.role, "editor") && (
        <footer className="flex justify-end border-line border-t pt-4">
          <DeletePersona persona={persona} projectId={project.id} onDeleted={onDeleted} />
        </footer>
      )}
    </div>
  );
}

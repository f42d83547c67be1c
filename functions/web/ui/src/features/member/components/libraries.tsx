import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { may } from "@/app/access";
import { useSession } from "@/app/session";
import { Button } from "@/components/ui/button";
import { Failure, Loading } from "@/components/ui/states";
import type { Project } from "@/features/project/hooks/projects";
import { useFormat } from "@/i18n/format";
import { librariesQuery, useEndLoan, useLendLibrary, useTakeBackLibrary } from "../hooks/members";

/** Whose documents the project reads beside its own; lending and taking back one's own library. */
export function Libraries({ project }: { project: Project }) {
  const { t } = useTranslation();
  const { date } = useFormat();
  const self = useSession()?.user.id;
  const { data, error } = useQuery(librariesQuery(project.id));
  const lend = useLendLibrary(project.id);
  const takeBack = useTakeBackLibrary(project.id);
  const end = useEndLoan(project.id);
  const mine = data?.some((library) => library.account_id === self) ?? false;
  return (
    <section className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 className="font-semibold text-lg">{t("library.title")}</h2>
        {data && (
          <Button
            small
            busy={lend.isPending || takeBack.isPending}
            onClick={() => (mine ? takeBack : lend).mutate()}
          >
            {t(mine ? "library.takeBack" : "library.lend")}
          </Button>
        )}
      </div>
      <p className="max-w-prose text-quiet">{t("library.hint")}</p>
      <Failure failure={error ?? lend.error ?? takeBack.error ?? end.error} />
      {!data && !error && <Loading lines={2} />}
      {data?.length === 0 && <p className="text-quiet">{t("library.none")}</p>}
      {data && data.length > 0 && (
        <ul className="card divide-y divide-line">
          {data.map((library) => (
            <li key={library.account_id} className="flex flex-wrap items-center gap-3 px-5 py-3">
              <span className="min-w-0 flex-1">
                {library.full_name}
                <span className="text-quiet">
                  , {t("library.documents", { count: library.documents })},{" "}
                  {t("library.since", { date: date(library.lent_at) })}
                </span>
              </span>
              {may(project.role, "admin") && library.account_id !== self && (
                <Button
                  small
                  disabled={end.isPending}
                  onClick={() => end.mutate(library.account_id)}
                >
                  {t("library.end")}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

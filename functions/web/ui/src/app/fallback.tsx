import { type ErrorComponentProps, Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { buttonClass } from "@/components/ui/button";
import { Empty, Failure } from "@/components/ui/states";

export function NotFound() {
  const { t } = useTranslation();
  return (
    <main className="mx-auto max-w-xl p-8">
      <Empty
        heading="h1"
        title={t("state.noPage")}
        action={
          <Link to="/" className={buttonClass("primary")}>
            {t("nav.projects")}
          </Link>
        }
      >
        {t("state.noPageHint")}
      </Empty>
    </main>
  );
}

/** A screen that broke, or whose code could not be loaded: a newer console may lie on the server. */
export function RouteFailure({ error }: ErrorComponentProps) {
  return (
    <div className="mx-auto max-w-xl p-8">
      <Failure failure={error} retry={() => location.reload()} />
    </div>
  );
}

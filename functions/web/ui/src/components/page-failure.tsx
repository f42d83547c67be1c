import { useTranslation } from "react-i18next";
import { Failure } from "@/components/ui/states";

/** What stands in the place of a page that cannot be had: gone, never there, or not for this caller. */
export function PageFailure({ failure, retry }: { failure: unknown; retry: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="mx-auto flex w-full max-w-2xl flex-col gap-4 py-4">
      <h1 className="font-semibold text-2xl">{t("state.noPageNow")}</h1>
      <Failure failure={failure} retry={retry} />
    </div>
  );
}

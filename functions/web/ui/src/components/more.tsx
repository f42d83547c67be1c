import { useTranslation } from "react-i18next";
import { Button } from "@/components/ui/button";
import { useFormat } from "@/i18n/format";

type Paged = { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };

/** Whether a list has more than one page: otherwise everybody sees that all of it is there. */
export const hasPages = (list: { data?: { pages: unknown[] }; hasNextPage: boolean }) =>
  list.hasNextPage || (list.data?.pages.length ?? 0) > 1;

/** How much of a list that comes in pages is there, and the next page. */
export function More({ list, loaded, total }: { list: Paged; loaded: number; total: number }) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const counts = { loaded: number(loaded), total: number(total) };
  return (
    <div className="flex flex-wrap items-center gap-3 text-quiet text-sm">
      <span className="tabular" role="status">
        {t("list.loaded", counts)}
      </span>
      {/* a last page that is full has a cursor as well */}
      {list.hasNextPage && loaded < total && (
        <Button small busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t("list.more")}
        </Button>
      )}
    </div>
  );
}

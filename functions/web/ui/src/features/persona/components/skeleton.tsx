import { useTranslation } from "react-i18next";
import { Skeleton } from "@/components/ui/states";
import type { DrawerView } from "./drawer";

const CARDS = 6;
const BARS = 5;
const LINES = 4;
const places = (count: number) => Array.from({ length: count }, (_, place) => place);

/** A person who is on their way, in the shape in which they will come. */
export function DrawerSkeleton({ view }: { view: DrawerView }) {
  const { t } = useTranslation();
  return (
    <div role="status" className="flex flex-col gap-5">
      <span className="sr-only">{t("state.loading")}</span>
      <Skeleton className="h-8 w-full" />
      {view === "profile" ? (
        places(BARS).map((bar) => <Skeleton key={bar} className="h-5" />)
      ) : view === "trail" ? (
        places(LINES).map((line) => <Skeleton key={line} className="h-10 w-2/3" />)
      ) : view !== "overview" ? (
        places(LINES).map((block) => <Skeleton key={block} className="h-24" />)
      ) : (
        <>
          <Skeleton className="h-16" />
          <div className="grid gap-3 sm:grid-cols-2">
            {places(CARDS).map((card) => (
              <Skeleton key={card} className="h-32" />
            ))}
          </div>
        </>
      )}
    </div>
  );
}

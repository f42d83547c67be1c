import { Link, Outlet, useNavigate, useRouter } from "@tanstack/react-router";
import { CircleUser, LogOut, Search, Settings2 } from "lucide-react";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, taken } from "@/api/client";
import { dropSession } from "@/api/session";
import { Button } from "@/components/ui/button";
import { InboxBell } from "@/features/collaboration/components/bell";
import { LeaveGuard } from "./leave";
import { LanguageMenu, Menu, MenuItem, ThemeMenu } from "./menus";
import { useSession } from "./session";

const Palette = lazy(() => import("@/features/palette/palette"));

export function Logo() {
  return (
    <span className="flex items-center gap-2 font-semibold text-lg tracking-tight">
      <svg viewBox="0 0 32 32" className="size-6" aria-hidden="true">
        <rect width="32" height="32" rx="7" className="fill-accent" />
        <circle cx="16" cy="16" r="8" className="fill-none stroke-on-accent" strokeWidth="2.5" />
        <circle cx="16" cy="16" r="3" className="fill-on-accent" />
      </svg>
      Sight
    </span>
  );
}

/** Everything that somebody who is signed in sees around a screen. */
export function Shell() {
  const { t } = useTranslation();
  const session = useSession();
  const router = useRouter();
  // once: the address of the sign-in is no place to come back to
  useEffect(() => {
    if (session) return;
    const next = router.state.location.href;
    void router.navigate({ to: "/sign-in", search: { next } });
  }, [session, router]);
  if (!session) return null;
  return (
    // another account begins anew: nothing on the screen was read for it
    <div key={session.user.id} className="flex min-h-dvh flex-col">
      <a
        href="#main"
        className="sr-only z-50 rounded-lg bg-accent px-4 py-2 text-on-accent focus:not-sr-only focus:absolute focus:top-2 focus:left-2"
      >
        {t("nav.skip")}
      </a>
      <Header name={session.user.full_name} email={session.user.email} />
      <main id="main" tabIndex={-1} className="flex flex-1 flex-col outline-none">
        <Outlet />
      </main>
      <LeaveGuard />
    </div>
  );
}

function Header({ name, email }: { name: string; email: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <header className="sticky top-0 z-30 flex h-13 items-center gap-1 border-line border-b bg-surface px-4">
      <Link to="/" aria-label={t("nav.home")} className="mr-auto inline-flex rounded-md">
        <Logo />
      </Link>
      <PaletteButton />
      <InboxBell />
      <LanguageMenu />
      <ThemeMenu />
      <Menu
        label={t("nav.account")}
        trigger={
          <>
            <CircleUser aria-hidden className="size-4" />
            <span className="max-w-40 truncate max-sm:sr-only">{name}</span>
          </>
        }
      >
        <p className="px-2.5 py-1.5 text-quiet text-sm">{email}</p>
        <MenuItem onSelect={() => void navigate({ to: "/settings" })}>
          <Settings2 aria-hidden className="size-4" />
          {t("nav.settings")}
        </MenuItem>
        <MenuItem onSelect={() => void signOut()}>
          <LogOut aria-hidden className="size-4" />
          {t("nav.signOut")}
        </MenuItem>
      </Menu>
    </header>
  );
}

/** Ends the sign-in here in any case; the server is told when it can be reached. */
async function signOut() {
  await taken(api.POST("/api/v1/auth/logout")).catch(() => undefined);
  dropSession();
}

function PaletteButton() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        setOpen((was) => !was);
      }
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
  return (
    <>
      <Button look="quiet" small onClick={() => setOpen(true)}>
        <Search aria-hidden className="size-4" />
        <span className="max-sm:sr-only">{t("palette.open")}</span>
        <kbd className="hidden rounded border border-line px-1 text-quiet text-xs sm:inline">
          Ctrl K
        </kbd>
      </Button>
      {open && (
        <Suspense>
          <Palette open={open} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}

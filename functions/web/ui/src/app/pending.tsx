import { Loading } from "@/components/ui/states";

export function Pending() {
  return <Loading lines={5} className="mx-auto max-w-5xl p-6" />;
}

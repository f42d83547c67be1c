//! A prompt and its reply, with retries, pace, ledger and cancelling around each call.

use std::time::Duration;

use shared::Seed;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::budget::LedgerEntry;
use super::request::{Prompt, Reply};
use super::reservation::Reservation;
use super::retry::{Fault, Pauses};
use super::{Failure, MAX_PROMPT_BYTES, Model, Usage};

pub(super) struct CallContext<'a> {
    pub(super) entry: LedgerEntry<'a>,
    pub(super) cancel: &'a CancellationToken,
    pub(super) seed: Seed,
}

#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) attempts: u32,
    pub(super) usage: Usage,
    pub(super) cost_micros: i64,
}

/// A reply whose call still stands in the ledger as reserved.
pub(super) struct Exchange {
    pub(super) reply: Reply,
    held: Reservation,
    latency: Duration,
}

impl Model {
    pub(super) async fn exchange(
        &self,
        caller: &CallContext<'_>,
        prompt: &Prompt,
        tally: &mut Tally,
    ) -> Result<Exchange, Failure> {
        if prompt.bytes() > MAX_PROMPT_BYTES {
            return Err(Failure::TooLong);
        }
        let mut pauses = Pauses::new(self.0.config.first_pause, caller.seed);
        loop {
            tally.attempts += 1;
            let fault = match self.attempt(caller, prompt, tally).await? {
                Ok(exchange) => return Ok(exchange),
                Err(fault) => fault,
            };
            let Some(pause) = pauses.next(&fault) else { return Err(fault.into()) };
            tracing::debug!(model.fault = fault.outcome(), ?pause, "a model call is tried again");
            unless_cancelled(caller.cancel, sleep(pause)).await?;
        }
    }

    /// Makes one call: the slot is held for as long as it lasts and not over the pause after it.
    async fn attempt(
        &self,
        caller: &CallContext<'_>,
        prompt: &Prompt,
        tally: &mut Tally,
    ) -> Result<Result<Exchange, Fault>, Failure> {
        let slot = unless_cancelled(caller.cancel, self.0.slots.acquire()).await?;
        let _slot = slot.expect("the slots are never closed");
        let output = self.0.provider.max_output_tokens(prompt);
        let tokens = prompt.likely_input_tokens() + output;
        // Paid for first: what nobody pays for takes no turn from those whose call is.
        let mut held = self.hold(caller, prompt, output).await?;
        held.in_turn(&self.0.pace, tokens, caller.cancel).await?;
        held.send().await?;
        let started = Instant::now();
        let called = self.call(caller.cancel, prompt).await;
        let latency = started.elapsed();
        match called {
            Ok(reply) => {
                let used = reply.usage.map(|usage| usage.input_tokens + usage.output_tokens);
                self.0.pace.give_back(tokens.saturating_sub(used.unwrap_or(tokens))).await;
                Ok(Ok(Exchange { reply, held, latency }))
            }
            Err(fault) => {
                close_failed(&mut held, &fault, latency, tally).await?;
                Ok(Err(fault))
            }
        }
    }

    async fn hold(
        &self,
        caller: &CallContext<'_>,
        prompt: &Prompt,
        output_tokens: u64,
    ) -> Result<Reservation, Failure> {
        let worst = Usage { input_tokens: prompt.max_input_tokens(), output_tokens };
        let (config, budget) = (&self.0.config, self.0.budget.as_ref());
        let longest = self.0.pace.longest_wait() + config.timeout;
        Reservation::make(budget, &caller.entry, (config.price, worst), longest).await
    }

    async fn call(&self, cancel: &CancellationToken, prompt: &Prompt) -> Result<Reply, Fault> {
        let ask = self.0.provider.ask(&self.0.http, prompt, self.0.clock.now());
        let in_time = timeout(self.0.config.timeout, ask);
        match cancel.run_until_cancelled(in_time).await {
            None => Err(Fault::Cancelled),
            Some(Err(_)) => Err(Fault::TimedOut),
            Some(Ok(called)) => called,
        }
    }

    /// Settles a reply's call; without the provider's count it counts in full.
    pub(super) async fn settle(
        &self,
        exchange: &mut Exchange,
        outcome: &'static str,
        tally: &mut Tally,
    ) -> Result<(), Failure> {
        let (counted, latency) = (exchange.reply.usage, exchange.latency);
        let (usage, cost) = exchange.held.settle(counted, latency, outcome).await?;
        tally.usage = tally.usage + usage;
        tally.cost_micros += cost.unwrap_or(0);
        Ok(())
    }
}

/// A call that the provider may bill counts in full, any other not at all.
async fn close_failed(
    held: &mut Reservation,
    fault: &Fault,
    latency: Duration,
    tally: &mut Tally,
) -> Result<(), Failure> {
    if !fault.may_be_billed() {
        return held.release(latency, fault.outcome()).await;
    }
    let (_, cost) = held.settle(None, latency, fault.outcome()).await?;
    tally.cost_micros += cost.unwrap_or(0);
    Ok(())
}

pub(super) async fn unless_cancelled<F: Future>(
    cancel: &CancellationToken,
    wait: F,
) -> Result<F::Output, Failure> {
    cancel.run_until_cancelled(wait).await.ok_or(Failure::Cancelled)
}

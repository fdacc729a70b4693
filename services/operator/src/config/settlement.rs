// SPDX-License-Identifier: Apache-2.0

//! How calls reach the chains, and what is offered for them.

use super::{ConfigError, Whole, range};
use crate::settlement::{Limits, Tips};
use ligature_chain::Bid;
use ligature_operator_api::Decimal;
use serde::Deserialize;

/// How calls reach the chains.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SettlementConfig {
	/// What is in no block of the chain after so many of them is sent again.
	pub resend_after: u32,
	/// What was refused for a reason that passes is tried again after so many.
	pub retry_after: u32,
	/// Most blocks of the rollup on their way to a chain.
	pub pipeline: u64,
	/// The tip of what is sent for the second time; it doubles each time.
	pub tip_start: Whole,
	/// The highest tip; 0 is none.
	pub tip_limit: Whole,
	/// Most reverts of the operator's own accord without a block certified in between.
	pub max_reverts: u32,
}

impl Default for SettlementConfig {
	fn default() -> Self {
		Self {
			resend_after: 8,
			retry_after: 4,
			pipeline: 4,
			// Of a token with 12 decimals: a thousandth, some times the fee of a transfer; and one.
			tip_start: Whole(Decimal(1_000_000_000)),
			tip_limit: Whole(Decimal(1_000_000_000_000)),
			max_reverts: 3,
		}
	}
}

impl SettlementConfig {
	/// Checks what the types do not.
	///
	/// # Errors
	///
	/// [`ConfigError::Range`].
	pub fn check(&self) -> Result<(), ConfigError> {
		let Self { resend_after, retry_after, pipeline, tip_start, tip_limit, .. } = self;
		range(*resend_after > 0, "settlement.resend_after", resend_after, "1 at least")?;
		range(*retry_after > 0, "settlement.retry_after", retry_after, "1 at least")?;
		range((1..=64).contains(pipeline), "settlement.pipeline", pipeline, "1 to 64")?;
		let (start, limit) = (tip_start.get(), tip_limit.get());
		range(limit <= Bid::MAX_TIP, "settlement.tip_limit", &limit, "2^48 at most")?;
		let good = limit == 0 || (1..=limit).contains(&start);
		range(good, "settlement.tip_start", &start, "1 to settlement.tip_limit")
	}

	/// As settlement takes them.
	pub const fn limits(&self) -> Limits {
		let Self { resend_after, retry_after, pipeline, tip_start, tip_limit, .. } = self;
		Limits {
			resend_after: *resend_after,
			retry_after: *retry_after,
			pipeline: *pipeline,
			tips: Tips { start: tip_start.get(), limit: tip_limit.get() },
		}
	}
}

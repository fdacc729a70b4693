// SPDX-License-Identifier: Apache-2.0

//! Where the rollup stands on a chain, with its end in view.

use ligature_chain::{At, Chain, ChainError, Status};
use ligature_primitives::ids::ChainId;
use serde_json::{Value, json};

use super::mode::{Mode, Pace};
use crate::{
	failure::Failure,
	session::{Session, chain_trouble},
};

/// The pace is that of so many blocks.
const LOOK_BACK: u32 = 50;

/// Where the rollup stands on a chain, as of one of its blocks.
#[derive(Clone, Debug)]
pub struct Stand {
	/// The chain.
	pub chain: ChainId,
	/// What it is called.
	pub name: String,
	/// The number of its block.
	pub now: u32,
	/// What it says.
	pub status: Status,
	/// How far the end is.
	pub mode: Mode,
	/// How fast the chain is.
	pub pace: Pace,
}

impl Stand {
	/// As of the best block of a chain.
	pub async fn best(session: &Session, chain: ChainId) -> Result<Self, Failure> {
		let name = session.chain_name(chain);
		let node = session.chain(chain).await?;
		let asked = async { Self::at(&node, &node.best().await?, chain, name.clone()).await };
		asked.await.map_err(|error| chain_trouble(&name, error))
	}

	/// As of the best blocks of all chains.
	pub async fn all(session: &Session) -> Result<Vec<Self>, Failure> {
		let mut all = Vec::new();
		for info in &session.network().chains {
			all.push(Self::best(session, ChainId(info.id)).await?);
		}
		Ok(all)
	}

	/// As of a block.
	pub async fn at(
		node: &Chain,
		at: &At,
		chain: ChainId,
		name: String,
	) -> Result<Self, ChainError> {
		let status = at.status().await?;
		let first = at.requests(status.queue.executed, 1).await?;
		let first = first.first().map(|(place, request)| (*place, request.expires));
		let now = at.head().number;
		let mode = Mode::of(&status, first, now);
		Ok(Self { chain, name, now, mode, pace: pace(node, at).await, status })
	}

	/// What a user can do next.
	pub fn next(&self, elsewhere: bool) -> String {
		self.mode.next(&self.name, self.pace, elsewhere)
	}

	/// For machines.
	pub fn json(&self, elsewhere: bool) -> Value {
		let counters = self.status.counters;
		let mut json = json!({
			"chain": self.chain.0,
			"name": self.name,
			"block": self.now,
			"mode": self.mode.name(),
			"state": self.mode.describe(self.pace),
			"next": self.next(elsewhere),
			"certified": counters.certified.0,
			"executed": counters.executed.0,
		});
		match self.mode {
			Mode::NotOpen | Mode::Open { first: None } => {},
			Mode::Open { first: Some((request, expires)) } => {
				json["request"] = json!(request);
				json["expiresIn"] = json!(expires);
			},
			Mode::Expired { request } => json["request"] = json!(request),
			Mode::Ended { since, timeout } => {
				json["since"] = json!(since);
				json["timeoutIn"] = json!(timeout);
			},
			Mode::Frozen { block, left } => {
				json["freeze"] = json!(block.0);
				json["toExecute"] = json!(left);
			},
			Mode::Leaving { block } => json["freeze"] = json!(block.0),
		}
		json
	}
}

/// How fast a chain is, by its own clock; not known if its node has forgotten its past.
async fn pace(node: &Chain, at: &At) -> Pace {
	let now = at.head().number;
	// Block 0 has no time.
	let Some(before) = now.checked_sub(LOOK_BACK.min(now.saturating_sub(1))) else {
		return Pace(None);
	};
	let asked = async {
		let then = node.at_number(before).await?.time().await?;
		let passed = at.time().await?.saturating_sub(then);
		Ok::<_, ChainError>(passed.checked_div(u64::from(now - before)))
	};
	Pace(asked.await.ok().flatten())
}

/// A chain that says this, for tests.
#[cfg(test)]
pub fn stand(name: &str, mode: Mode) -> Stand {
	Stand {
		chain: ChainId(1),
		name: name.into(),
		now: 100,
		status: super::mode::tests::status(3, None),
		mode,
		pace: Pace(None),
	}
}

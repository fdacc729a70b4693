// SPDX-License-Identifier: Apache-2.0

//! What the chains owe to everybody, or to one owner, and whether it is paid.
//!
//! Each chain pays by its own freeze block. Shares of a pool stand in the state of its home chain, which is rebuilt as of
//! that same block, whatever that chain says itself.

use clap::Args;
use futures::{StreamExt, TryStreamExt, stream};
use ligature_chain::{At, ChainError, Pool};
use ligature_primitives::{
	header::Digest,
	ids::{BlockNumber, ChainId, Owner, Side, TokenId},
	priority::PriorityRequest,
};
use ligature_recovery::{Anchor, Due, Progress, due};
use serde_json::{Value, json};

use super::{ledger::Ledger, mode::Mode, stand::Stand};
use crate::{
	commands::common::{Who, chain_of},
	failure::Failure,
	session::{Session, Token, chain_trouble},
	wallet::address,
};

/// So many questions are asked at once.
const AT_ONCE: usize = 32;

/// So many requests are asked for at once: chains give no more.
const PAGE: u32 = 256;

/// Whose, and which.
#[derive(Args, Clone, Debug)]
pub struct Select {
	/// Whose: an SS58 address, 0x and 64 digits, or a development account as //Bob [default: the wallet's account]
	#[arg(long, value_name = "ADDRESS", conflicts_with = "all")]
	owner: Option<String>,
	/// Everybody's
	#[arg(long)]
	all: bool,
	/// Only what this chain pays
	#[arg(long, value_name = "CHAIN")]
	chain: Option<String>,
	/// Only this token: USDT, USDT@alpha, #1@alpha
	#[arg(long, value_name = "TOKEN")]
	token: Option<String>,
}

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
	/// One owner; none is everybody.
	pub owner: Option<Owner>,
	/// One chain; none is all.
	pub chain: Option<ChainId>,
	token: Option<(ChainId, TokenId)>,
}

impl Select {
	/// What is looked for; without a flag what is the wallet's.
	pub fn wanted(&self, session: &Session, who: &Who) -> Result<Wanted, Failure> {
		let owner = match (&self.owner, self.all) {
			(Some(owner), _) => Some(address::parse(owner)?),
			(None, true) => None,
			(None, false) => Some(who.owner()?),
		};
		let chain = chain_of(session, self.chain.as_deref())?;
		let token = match &self.token {
			Some(token) => {
				let token = session.token(token, chain)?;
				Some((token.chain, token.id))
			},
			None => None,
		};
		Ok(Wanted { owner, chain: chain.or(token.map(|(chain, _)| chain)), token })
	}
}

impl Wanted {
	fn takes(&self, owner: &Owner, token: &Token) -> bool {
		self.owner.is_none_or(|wanted| wanted == *owner)
			&& self.token.is_none_or(|wanted| wanted == (token.chain, token.id))
	}
}

/// What a payment is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum For {
	/// A balance, or a part of a pool.
	Ledger(Due),
	/// A deposit that no block has consumed, by its place in the queue.
	Deposit(u64),
}

/// Something that a chain owes, or has owed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
	/// Who gets it.
	pub owner: Owner,
	/// The token, on the chain that pays.
	pub token: Token,
	/// How much, in units.
	pub amount: u128,
	/// What for.
	pub what: For,
	/// Whether it is paid.
	pub paid: bool,
}

impl Payment {
	/// What it is for, in words.
	pub fn describe(&self) -> String {
		match &self.what {
			For::Ledger(due) if due.is_liquidity() => "share of a pool".into(),
			For::Ledger(_) => "balance".into(),
			For::Deposit(index) => format!("deposit (request {index})"),
		}
	}

	/// For machines.
	pub fn json(&self) -> Value {
		let (kind, account, request) = match &self.what {
			For::Ledger(due) if due.is_liquidity() => ("share", Some(due.account.get()), None),
			For::Ledger(due) => ("balance", Some(due.account.get()), None),
			For::Deposit(index) => ("deposit", None, Some(*index)),
		};
		json!({
			"kind": kind,
			"account": account,
			"request": request,
			"owner": self.owner.to_string(),
			"address": address::show(self.owner),
			"amount": self.token.to_json(self.amount),
			"paid": self.paid,
		})
	}
}

/// What one chain owes.
#[derive(Debug)]
pub struct Dues {
	/// Where the rollup stands there, as of its last finalized block.
	pub stand: Stand,
	/// The block of the rollup by which it pays; the last certified one as long as none is fixed.
	pub block: BlockNumber,
	/// Its header hash; none before the first block.
	pub hash: Option<Digest>,
	/// Everything that was looked for.
	pub payments: Vec<Payment>,
	/// Chains whose blocks are not known, so that shares of pools which have their home there are missing.
	pub hidden: Vec<ChainId>,
}

impl Dues {
	/// Whether the chain pays now.
	pub const fn open(&self) -> bool {
		matches!(self.stand.mode, Mode::Leaving { .. })
	}

	/// For machines.
	pub fn json(&self, ended: bool) -> Value {
		let mut json = self.stand.json(ended);
		json["asOf"] = json!(self.block.0);
		json["fixed"] =
			json!(matches!(self.stand.mode, Mode::Frozen { .. } | Mode::Leaving { .. }));
		json["hidden"] = json!(self.hidden.iter().map(|chain| chain.0).collect::<Vec<_>>());
		json["payments"] = self.payments.iter().map(Payment::json).collect();
		json
	}
}

/// Whether the rollup has ended on one of these chains.
pub fn ended(all: &[Dues]) -> bool {
	all.iter().any(|dues| dues.stand.mode.has_ended())
}

/// What the chains owe.
pub async fn gather(
	session: &Session,
	ledger: &mut Ledger,
	wanted: &Wanted,
	progress: &dyn Progress,
) -> Result<Vec<Dues>, Failure> {
	let mut all = Vec::new();
	for info in &session.network().chains {
		let chain = ChainId(info.id);
		if wanted.chain.is_none_or(|wanted| wanted == chain) {
			all.push(of_chain(session, ledger, wanted, chain, progress).await?);
		}
	}
	Ok(all)
}

async fn of_chain(
	session: &Session,
	ledger: &mut Ledger,
	wanted: &Wanted,
	chain: ChainId,
	progress: &dyn Progress,
) -> Result<Dues, Failure> {
	let name = session.chain_name(chain);
	let trouble = |error| chain_trouble(&name, error);
	let node = session.chain(chain).await?;
	let at = node.finalized().await.map_err(trouble)?;
	let stand = Stand::at(&node, &at, chain, name.clone()).await.map_err(trouble)?;
	let freeze = stand.status.exodus.and_then(|exodus| exodus.freeze);
	let block = freeze.unwrap_or(stand.status.counters.certified);
	let anchor = anchor(&at, block).await.map_err(trouble)?;
	ledger.rebuild(anchor, progress).await?;
	let hash = anchor.map(|anchor| anchor.hash);

	let mut payments = Vec::new();
	for due in due(chain, &ledger.states(hash), wanted.owner) {
		let token = session.token_of(chain, due.token);
		let (owner, amount) = (due.owner, due.amount.get());
		payments.push(Payment { owner, token, amount, what: For::Ledger(due), paid: false });
	}
	let served = ledger.served(chain, hash).max(stand.status.queue.executed);
	for (index, payer, token, amount) in deposits(&at, served).await.map_err(trouble)? {
		let token = session.token_of(chain, token);
		let what = For::Deposit(index);
		payments.push(Payment { owner: payer, token, amount, what, paid: false });
	}
	payments.retain(|payment| wanted.takes(&payment.owner, &payment.token));
	if matches!(stand.mode, Mode::Leaving { .. }) {
		let best = node.best().await.map_err(trouble)?;
		mark(&best, &mut payments).await.map_err(trouble)?;
	}
	let hidden = hidden(&at, ledger).await.map_err(trouble)?;
	Ok(Dues { stand, block, hash, payments, hidden })
}

/// The block as the chain knows it; none for block 0, after which nobody has anything.
async fn anchor(at: &At, number: BlockNumber) -> Result<Option<Anchor>, ChainError> {
	if number.0 == 0 {
		return Ok(None);
	}
	let block = at.block(number).await?;
	let unknown = || ChainError::UnknownBlock { block: format!("{number} of the rollup") };
	Ok(Some(Anchor { number, hash: block.ok_or_else(unknown)?.hash }))
}

/// Deposits in the queue from this place on: place, payer, token, amount.
async fn deposits(at: &At, first: u64) -> Result<Vec<(u64, Owner, TokenId, u128)>, ChainError> {
	let end = at.status().await?.queue.next;
	let mut found = Vec::new();
	for first in (first..end).step_by(PAGE as usize) {
		for (index, request) in at.requests(first, PAGE).await? {
			if let PriorityRequest::Deposit { token, amount, .. } = request.request {
				found.push((index, Owner(request.payer), token, amount.get()));
			}
		}
	}
	Ok(found)
}

/// Marks what is paid. Deposits that went back are not in the queue any more.
async fn mark(at: &At, payments: &mut [Payment]) -> Result<(), ChainError> {
	let asked = payments.iter().map(|payment| async move {
		match &payment.what {
			For::Ledger(due) => due.is_paid(at).await,
			For::Deposit(index) => {
				let there = at.requests(*index, 1).await?;
				Ok(there.first().is_none_or(|(found, _)| found != index))
			},
		}
	});
	let paid: Vec<bool> = stream::iter(asked).buffered(AT_ONCE).try_collect().await?;
	for (payment, paid) in payments.iter_mut().zip(paid) {
		payment.paid = paid;
	}
	Ok(())
}

/// Chains that are home to a pool of this one, and whose blocks are not known.
async fn hidden(at: &At, ledger: &Ledger) -> Result<Vec<ChainId>, ChainError> {
	let Some(identity) = at.identity().await? else { return Ok(Vec::new()) };
	let mut missing = ledger.missing(&identity);
	if !missing.is_empty() {
		let pools = at.pools().await?;
		let home = |pool: &Pool| pool.params.chain(Side::Zero);
		missing.retain(|chain| pools.iter().any(|(_, pool)| home(pool) == *chain));
	}
	Ok(missing)
}

/// What a chain owes, for tests: deposits of a token.
#[cfg(test)]
pub fn deposits_of(stand: Stand, deposits: &[(u8, u128, bool)]) -> Dues {
	let payments = deposits.iter().zip(0..).map(|((owner, amount, paid), index)| Payment {
		owner: Owner([*owner; 32]),
		token: Token {
			chain: stand.chain,
			chain_name: stand.name.clone(),
			id: TokenId(1),
			asset: Some(1),
			symbol: "USDT".into(),
			decimals: 6,
		},
		amount: *amount,
		what: For::Deposit(index),
		paid: *paid,
	});
	let payments = payments.collect();
	Dues { stand, block: BlockNumber(5), hash: None, payments, hidden: Vec::new() }
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::commands::exit::stand::stand;

	#[test]
	fn what_is_not_looked_for_should_be_left_out() {
		let block = BlockNumber(5);
		let dues = deposits_of(stand("alpha", Mode::Leaving { block }), &[(1, 7, false)]);
		let Payment { owner, token, .. } = &dues.payments[0];
		let all = Wanted { owner: None, chain: None, token: None };
		assert!(all.takes(owner, token));
		assert!(Wanted { owner: Some(*owner), ..all }.takes(owner, token));
		assert!(!Wanted { owner: Some(Owner([2; 32])), ..all }.takes(owner, token));
		assert!(Wanted { token: Some((ChainId(1), TokenId(1))), ..all }.takes(owner, token));
		// The same number on another chain is another token.
		assert!(!Wanted { token: Some((ChainId(2), TokenId(1))), ..all }.takes(owner, token));
	}

	#[test]
	fn machines_should_read_units_and_whether_the_block_is_fixed() {
		let block = BlockNumber(5);
		let dues = deposits_of(stand("alpha", Mode::Frozen { block, left: 2 }), &[(1, 7, false)]);
		assert!(!dues.open());
		let json = dues.json(true);
		assert_eq!((&json["asOf"], &json["fixed"]), (&json!(5), &json!(true)));
		let payment = &json["payments"][0];
		assert_eq!((&payment["kind"], &payment["request"]), (&json!("deposit"), &json!(0)));
		assert_eq!(payment["amount"]["units"], "7");
		assert_eq!(payment["owner"], format!("0x{}", "01".repeat(32)));
		let open = deposits_of(stand("alpha", Mode::Open { first: None }), &[]);
		assert_eq!(open.json(false)["fixed"], false);
	}
}

// SPDX-License-Identifier: Apache-2.0

//! What somebody can do who has the operator's key and means no good: calls and blocks by hand.

use crate::{ALPHA, BETA, World};
use ligature_chain::{Call, ChainError, Circuit, DispatchError, Event, Signer};
use ligature_cli::devnet::OPERATOR;
use ligature_primitives::{
	amount::{Amount, Fee},
	constants::{JoinClass, SizeClass},
	header::{ChainHeader, Header, keys_digest},
	ids::{AccountIndex, BlockNumber, ChainId, Owner, Timestamp},
	op::{Half, WithdrawHalf},
	pubdata::PublicData,
};
use std::time::Duration;

/// How long a call takes at most until it is in a block.
const PATIENCE: Duration = Duration::from_secs(60);

/// Who does not take a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Denial {
	/// The node's pool: the call is outdated, so it is in no block and costs nothing.
	Pool,
	/// The call itself, in its block, by pallet and error: `Rollup.NotProven`.
	Call(String),
}

impl Denial {
	/// What a call says that fails with this error.
	pub fn call<T>(name: &str) -> Result<T, Self> {
		Err(Self::Call(name.into()))
	}

	/// What the pool said, if that the call is outdated: at once, or when it has looked at it at a later block.
	fn by_pool(error: ChainError) -> Self {
		let outdated = match &error {
			ChainError::Rejected { code: 1010, reason } => {
				reason == "Invalid Transaction: Transaction is outdated"
			},
			ChainError::Dropped { reason, .. } => reason.starts_with("it has become invalid"),
			_ => false,
		};
		assert!(outdated, "the pool should say that the call is outdated: {error}");
		Self::Pool
	}
}

impl World {
	/// Brings a call to a chain, and gives the events that it has left in its block.
	///
	/// # Errors
	///
	/// [`Denial`].
	///
	/// # Panics
	///
	/// If it is not known what becomes of it.
	pub async fn bring(
		&self,
		chain: ChainId,
		call: &Call,
		suri: &str,
	) -> Result<Vec<Event>, Denial> {
		let signer = Signer::from_suri(suri).expect("a development account");
		let mut sent =
			self.chain(chain).await.submit(call, &signer).await.map_err(Denial::by_pool)?;
		let included = sent.included(PATIENCE).await.map_err(Denial::by_pool)?;
		let failed = |DispatchError { pallet, name, .. }| Denial::Call(format!("{pallet}.{name}"));
		included.outcome.map_err(failed).map(|()| included.events)
	}

	/// Brings a call with the operator's key.
	///
	/// # Errors
	///
	/// As [`World::bring`].
	pub async fn lie(&self, chain: ChainId, call: &Call) -> Result<(), Denial> {
		self.bring(chain, call, OPERATOR).await.map(drop)
	}

	/// Commits a block without any proofs to a chain, where nothing happens in it, and "proves" it: there is nothing
	/// to prove.
	///
	/// # Panics
	///
	/// If the chain does not take it.
	pub async fn commit_empty(&self, chain: ChainId, header: &Header) {
		let commit = Call::CommitBlock { header: header.clone(), data: Vec::new() };
		assert_eq!(self.lie(chain, &commit).await, Ok(()));
		let (number, hash) = (header.number, header.hash());
		let prove = Call::ProveBlock { number, hash, proofs: Vec::new() };
		assert_eq!(self.lie(chain, &prove).await, Ok(()));
	}

	/// Takes the unproven blocks above this one back, on both chains.
	///
	/// # Panics
	///
	/// If a chain does not let them go.
	pub async fn take_back(&self, to: BlockNumber) {
		let epoch = self.status(ALPHA).await.revert_epoch + 1;
		let revert = Call::RevertBlocks { to, epoch };
		let (alpha, beta) = tokio::join!(self.lie(ALPHA, &revert), self.lie(BETA, &revert));
		assert_eq!((alpha, beta), (Ok(()), Ok(())));
	}

	/// A header after the last one of alpha in which nothing happens on any chain.
	///
	/// # Panics
	///
	/// If alpha does not answer.
	pub async fn empty_block(&self) -> Header {
		let status = self.status(ALPHA).await;
		let last = self.block(ALPHA, status.counters.committed).await.expect("it is remembered");
		let mut header = following(&last.header);
		header.revert_epoch = status.revert_epoch;
		header.keys_digest = self.keys_digest(&header).await;
		header
	}

	/// Two headers after the last one of alpha that differ in their time only.
	///
	/// # Panics
	///
	/// If alpha does not answer.
	pub async fn fork(&self) -> (Header, Header) {
		let one = self.empty_block().await;
		let later = Timestamp::new(one.timestamp.get() + 1).expect("far below 2^40");
		(one.clone(), Header { timestamp: later, ..one })
	}

	/// A block after the last one of alpha with a payment out of the air there: a withdrawal that nobody has signed.
	///
	/// # Panics
	///
	/// If alpha does not answer.
	pub async fn invented(&self, receiver: Owner) -> (Header, Vec<u8>) {
		let half = WithdrawHalf {
			token: self.usdt.id,
			account: AccountIndex::ZERO,
			receiver,
			amount: Amount::new(1_000_000).expect("below 2^112"),
			fee: Fee::ZERO,
		};
		self.block_with(vec![Half::Withdraw(half)]).await
	}

	/// The same as [`Self::empty_block`] with these halves on alpha, and their public data. The roots stay, so that it can never be proven.
	///
	/// # Panics
	///
	/// If the halves are none, or alpha does not answer.
	pub async fn block_with(&self, halves: Vec<Half>) -> (Header, Vec<u8>) {
		let mut header = self.empty_block().await;
		let class = SizeClass::new(1).expect("there is a class 1");
		let served = halves.iter().filter(|half| half.is_priority()).count();
		let created = halves.iter().filter(|half| half.creates()).count();
		let data = PublicData { registers: Vec::new(), halves };
		let bytes = data.encode(class).expect("they fit");
		let part = &mut header.chains[0];
		part.size_class = class;
		part.data_length = bytes.len() as u32;
		part.data_commitment = data.commitment(class).expect("keys are points");
		part.priority_count = served as u16;
		part.new_next += created as u32;
		header.keys_digest = self.keys_digest(&header).await;
		(header, bytes)
	}

	/// The digest of the keys that a header of this shape names.
	async fn keys_digest(&self, header: &Header) -> [u8; 32] {
		let best = self.chain(ALPHA).await.best().await.expect("the chain answers");
		let keys = best.keys().await.expect("the chain says its keys");
		let digest = |circuit: Circuit| {
			let found = keys.iter().find(|key| key.circuit == circuit);
			found.map(|key| key.digest).unwrap_or_default()
		};
		let half = |part: &ChainHeader| (part.size_class, digest(Circuit::Chain(part.size_class)));
		let halves: Vec<_> = header.chains.iter().map(half).collect();
		let join = (header.join_class, digest(Circuit::Join(header.join_class)));
		keys_digest(header.circuit_version, join, &halves)
	}
}

/// The header after this one in which nothing happens on any chain. Its keys are those of a block of this shape only if
/// nothing happens in that one either.
pub fn following(header: &Header) -> Header {
	let unchanged =
		|part: &ChainHeader| ChainHeader::unchanged(part.chain, part.new_root, part.new_next);
	Header {
		number: BlockNumber(header.number.0 + 1),
		parent: header.hash(),
		join_class: JoinClass::EMPTY,
		chains: header.chains.iter().map(unchanged).collect(),
		..header.clone()
	}
}

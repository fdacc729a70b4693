// SPDX-License-Identifier: Apache-2.0

//! A chain that is made by hand, and what its pool and its runtime answer. It outlives the nodes that show it.

use crate::{
	heads::{Head, blake2_256},
	rpc::BlockHeader,
};
use codec::Encode;
use jsonrpsee::types::ErrorObjectOwned;
use serde_json::Value;
use std::{
	collections::HashMap,
	sync::{
		Arc, Mutex, MutexGuard,
		atomic::{AtomicBool, Ordering},
	},
	time::Duration,
};
use subxt::{
	config::substrate::{Digest, DigestItem},
	utils::H256,
};
use tokio::sync::{broadcast, watch};

/// A block.
#[derive(Clone)]
pub struct Block {
	pub header: BlockHeader,
	pub extrinsics: Vec<Vec<u8>>,
	/// What lies under `System.Events`.
	pub events: Vec<u8>,
}

/// The chain, which outlives the node.
#[derive(Clone)]
pub struct World(Arc<Inner>);

struct Inner {
	chain: Mutex<Chain>,
	/// Raised when the chain changes.
	changes: watch::Sender<u64>,
	/// What the pool tells.
	statuses: broadcast::Sender<Value>,
	/// Whether the node answers nothing.
	mute: AtomicBool,
}

#[derive(Default)]
struct Chain {
	blocks: HashMap<H256, Block>,
	/// The best branch, by number.
	best: Vec<H256>,
	finalized: usize,
	pool: Vec<Vec<u8>>,
	/// What the pool says instead of taking an extrinsic.
	refusal: Option<(i32, &'static str, &'static str)>,
	/// Answers of the runtime's functions.
	answers: HashMap<String, Vec<u8>>,
	/// The states of blocks below are gone.
	pruned: u64,
	/// The block that changes the runtime's code.
	upgrade: Option<u64>,
}

impl World {
	/// A chain of which there is a genesis block only, which the seed makes different from others.
	pub fn new(seed: u8) -> Self {
		let world = Self(Arc::new(Inner {
			chain: Mutex::default(),
			changes: watch::channel(0).0,
			statuses: broadcast::channel(64).0,
			mute: AtomicBool::new(false),
		}));
		world.extend(&[&[seed]], &[]);
		world
	}

	fn chain(&self) -> MutexGuard<'_, Chain> {
		self.0.chain.lock().expect("no test panics with the lock")
	}

	/// A block on top of the best one.
	pub fn extend(&self, extrinsics: &[&[u8]], events: &[u8]) -> Head {
		let mut chain = self.chain();
		let number = chain.best.len() as u64;
		let upgrades = chain.upgrade == Some(number);
		let header = BlockHeader {
			parent_hash: chain.best.last().copied().unwrap_or_default(),
			number,
			// Blocks of two branches differ even if they hold the same.
			state_root: H256::from_low_u64_be(chain.blocks.len() as u64),
			extrinsics_root: blake2_256(&extrinsics.encode()).into(),
			digest: Digest {
				logs: upgrades
					.then_some(DigestItem::RuntimeEnvironmentUpdated)
					.into_iter()
					.collect(),
			},
		};
		let head = Head::of(&header);
		let extrinsics = extrinsics.iter().map(|bytes| bytes.to_vec()).collect();
		chain.best.push(head.hash.into());
		chain.blocks.insert(head.hash.into(), Block { header, extrinsics, events: events.into() });
		drop(chain);
		self.changed();
		head
	}

	/// So many blocks without anything in them, at least one; gives the last one.
	pub fn extend_by(&self, blocks: u32) -> Head {
		for _ in 1..blocks {
			self.extend(&[], &[]);
		}
		self.extend(&[], &[])
	}

	/// Takes the blocks above `number` out of the best branch, and does not tell: a longer branch is to come.
	pub fn fork(&self, number: usize) {
		self.chain().best.truncate(number + 1);
	}

	/// Makes blocks up to this one final.
	pub fn finalize(&self, number: u32) {
		self.chain().finalized = number as usize;
		self.changed();
	}

	fn changed(&self) {
		self.0.changes.send_modify(|count| *count += 1);
	}

	pub fn head(&self, number: usize) -> Head {
		let chain = self.chain();
		Head::of(&chain.blocks[&chain.best[number]].header)
	}

	/// What the node answers to `state_call`.
	pub fn answers(&self, function: &str, answer: Vec<u8>) {
		self.chain().answers.insert(function.into(), answer);
	}

	/// Forgets the states of the blocks below.
	pub fn prune(&self, below: u64) {
		self.chain().pruned = below;
	}

	/// A block that changes the runtime's code from version 101 to 102; before, all blocks have 102.
	pub fn upgrade(&self) -> Head {
		let number = self.chain().best.len() as u64;
		self.chain().upgrade = Some(number);
		self.extend(&[], &[])
	}

	/// Whether the node answers nothing.
	pub fn mute(&self, mute: bool) {
		self.0.mute.store(mute, Ordering::SeqCst);
	}

	/// What the pool says instead of taking an extrinsic.
	pub fn refuse(&self, refusal: Option<(i32, &'static str, &'static str)>) {
		self.chain().refusal = refusal;
	}

	/// What the pool has taken.
	pub fn pool(&self) -> Vec<Vec<u8>> {
		self.chain().pool.clone()
	}

	/// Lets the pool tell whoever watches.
	pub fn tell(&self, status: Value) {
		self.0.statuses.send(status).expect("somebody watches");
	}

	/// How many watch.
	pub fn watchers(&self) -> usize {
		self.0.statuses.receiver_count()
	}

	/// How many follow heads.
	pub fn listeners(&self) -> usize {
		self.0.changes.receiver_count()
	}

	/// What the runtime's function answers, if it has it.
	pub fn answer(&self, function: &str) -> Option<Vec<u8>> {
		self.chain().answers.get(function).cloned()
	}

	/// A block.
	pub fn block(&self, hash: H256) -> Option<Block> {
		self.chain().blocks.get(&hash).cloned()
	}

	/// The hash of the best branch's block of this number.
	pub fn hash(&self, number: u64) -> Option<H256> {
		self.chain().best.get(number as usize).copied()
	}

	/// The version of the runtime in a block's state.
	///
	/// # Errors
	///
	/// As [`World::state`].
	pub fn version(&self, hash: H256) -> Result<u32, ErrorObjectOwned> {
		let number = self.state(hash)?.header.number;
		let old = self.chain().upgrade.is_some_and(|upgrade| number < upgrade);
		Ok(if old { 101 } else { 102 })
	}

	/// Gives an extrinsic to the pool. Gives what the pool tells.
	///
	/// # Errors
	///
	/// If the pool was told to refuse it.
	pub fn submit(
		&self,
		extrinsic: Vec<u8>,
	) -> Result<broadcast::Receiver<Value>, ErrorObjectOwned> {
		let mut chain = self.chain();
		if let Some((code, message, data)) = chain.refusal {
			return Err(ErrorObjectOwned::owned(code, message, Some(data)));
		}
		chain.pool.push(extrinsic);
		Ok(self.0.statuses.subscribe())
	}

	/// Tells of changes.
	pub fn changes(&self) -> watch::Receiver<u64> {
		self.0.changes.subscribe()
	}

	pub fn header(&self, hash: H256) -> Option<BlockHeader> {
		self.chain().blocks.get(&hash).map(|block| block.header.clone())
	}

	pub fn finalized(&self) -> H256 {
		let chain = self.chain();
		chain.best[chain.finalized.min(chain.best.len() - 1)]
	}

	pub fn best(&self) -> H256 {
		*self.chain().best.last().expect("there is a genesis block")
	}

	pub async fn unless_mute(&self) {
		while self.0.mute.load(Ordering::SeqCst) {
			tokio::time::sleep(Duration::from_millis(5)).await;
		}
	}

	/// The state of a block, if it is there still.
	pub fn state(&self, hash: H256) -> Result<Block, ErrorObjectOwned> {
		let chain = self.chain();
		let error = |text: String| ErrorObjectOwned::owned(4003, text, None::<()>);
		if chain.blocks.get(&hash).is_some_and(|block| block.header.number < chain.pruned) {
			let text = format!("Client error: UnknownBlock: State already discarded for {hash:?}");
			return Err(error(text));
		}
		let unknown =
			|| error(format!("Client error: UnknownBlock: Header was not found: {hash:?}"));
		chain.blocks.get(&hash).cloned().ok_or_else(unknown)
	}
}

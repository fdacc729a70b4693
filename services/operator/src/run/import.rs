// SPDX-License-Identifier: Apache-2.0

//! A new operator's database from what the chains alone say.
//!
//! Blocks that are proven somewhere stand; those that were only committed are entered as taken back, and the revert epoch
//! is a new one, so that settlement reverts them on the chains, and whatever the old operator had on its way. There are no records of what was signed: such a block cannot be proven again, so the
//! proofs that one chain has are brought to those that lack them here, before the operator runs.

use super::connect::{Member, at, join, patiently, unless, write_once};
use crate::{
	Config, OperatorError,
	store::{Identity, NewBlock, Snapshot, SqliteStore, Store, StoreError},
};
use ligature_chain::{Call, Chain, ChainError, Signer, Stage};
use ligature_ledger::snapshot::{self, SaveError};
use ligature_primitives::{
	ids::{BlockNumber, ChainId},
	pubdata::PublicData,
	refusal::Refusal,
};
use ligature_recovery::{Handover, HandoverBlock};
use ligature_service_kit::Shutdown;
use std::{path::PathBuf, time::Duration};

/// How long proofs may take to get into a block.
const PATIENCE: Duration = Duration::from_secs(120);

/// Why a database cannot be filled.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
	/// Configuration, chains, folder.
	#[error(transparent)]
	Operator(#[from] OperatorError),
	/// The database.
	#[error(transparent)]
	Store(#[from] StoreError),
	/// There is something in the database.
	#[error(
		"the database in {} has blocks or transactions: an operator goes on from it by itself; to start from the \
		 chains alone, name an empty folder in `data`",
		.0.display()
	)]
	NotEmpty(PathBuf),
	/// The handover is another network's.
	#[error("the handover is of another network than the chains at the configured addresses")]
	OtherNetwork,
	/// A chain holds another block, or does not know it.
	#[error(
		"chain {chain} does not hold the block {number} that the handover names: make a new handover from \
		 the chains as they are now"
	)]
	OtherBlock {
		/// The chain.
		chain: ChainId,
		/// The block's number.
		number: BlockNumber,
	},
	/// A chain has gone on since.
	#[error(
		"chain {chain} has proven block {number} since the handover was made: make a new one, and lose less"
	)]
	Moved {
		/// The chain.
		chain: ChainId,
		/// The block's number.
		number: BlockNumber,
	},
	/// Public data that cannot be read.
	#[error("the public data of block {number}: {refusal}; make the handover again")]
	Block {
		/// The block's number.
		number: BlockNumber,
		/// What is wrong with it.
		refusal: Refusal,
	},
	/// A state that cannot be kept.
	#[error("a state cannot be kept: {0}")]
	State(#[from] SaveError),
	/// A chain did not take any of the proofs.
	#[error(
		"chain {chain} has not taken the proofs of block {number}: {why}; run the import again"
	)]
	Unproven {
		/// The chain.
		chain: ChainId,
		/// The block's number.
		number: BlockNumber,
		/// What it said.
		why: String,
	},
}

/// What was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
	/// The block after which the operator goes on.
	pub start: BlockNumber,
	/// Blocks that are taken back on the chains when it runs.
	pub dropped: u32,
	/// Bundles of proofs that were brought from one chain to another.
	pub proofs: u32,
}

/// Fills the empty database of a configuration, and brings proofs to chains that lack them.
///
/// # Errors
///
/// [`ImportError`]. After [`ImportError::Unproven`] and errors of chains the import can be run again: with the same
/// handover a database that it has filled counts as empty.
pub async fn import(
	config: &Config,
	handover: &Handover,
	shutdown: &Shutdown,
) -> Result<Imported, ImportError> {
	config.check().map_err(OperatorError::from)?;
	let signer = config.key.signer().map_err(OperatorError::from)?;
	let store = SqliteStore::open(&config.data).await?;
	let joined = join(&config.chains, shutdown).await?;
	let list = unless(shutdown, joined.opened()).await?;
	let genesis = match unless(shutdown, joined.genesis(&config.data)).await {
		Err(OperatorError::NoGenesis { path }) if handover.genesis.chain_list_hash == list => {
			write_once(&path, &handover.genesis.encode())
				.map_err(|source| OperatorError::File { path, source })?;
			handover.genesis.clone()
		},
		genesis => genesis?,
	};
	if genesis != handover.genesis || joined.network.id() != handover.network {
		return Err(ImportError::OtherNetwork);
	}
	let start = handover.start;
	for Member { id: chain, chain: node } in &joined.members {
		let ask = || async {
			let best = node.best().await?;
			Ok((best.status().await?.counters, best.block(start.number).await?))
		};
		let (counters, held) = patiently(node.url(), ask).await?;
		let (chain, number) = (*chain, counters.proven);
		if number > start.number {
			return Err(ImportError::Moved { chain, number });
		}
		if start.number.0 > 0 && held.is_none_or(|held| held.hash != start.hash) {
			return Err(ImportError::OtherBlock { chain, number: start.number });
		}
	}
	store.claim(&Identity { network: handover.network, genesis: genesis.hash() }).await?;
	let mut done = Imported { start: start.number, ..Imported::default() };
	done.dropped = fill(&store, handover, &config.data).await?;
	for member in &joined.members {
		done.proofs += prove(member.id, &member.chain, &signer, handover).await?;
	}
	Ok(done)
}

/// Enters everything; gives back how many blocks do not stand.
async fn fill(
	store: &dyn Store,
	handover: &Handover,
	folder: &std::path::Path,
) -> Result<u32, ImportError> {
	let start = handover.start;
	let (stand, fall): (Vec<_>, Vec<_>) = handover.blocks.iter().partition(|block| block.stands);
	let dropped = u32::try_from(fall.len()).unwrap_or(u32::MAX);
	let tip = store.tip().await?;
	let pending = store.pending().await?;
	// The snapshot comes last: with it everything is there, and an import was interrupted later.
	let filled = tip.as_ref().is_some_and(|tip| tip.hash == start.hash)
		&& store.snapshots().await?.contains(&start.number);
	if !pending.is_empty() || (tip.is_some() && !filled) {
		return Err(ImportError::NotEmpty(folder.into()));
	}
	if filled {
		return Ok(dropped);
	}
	let mut served = vec![0u64; handover.states.len()];
	for block in &stand {
		store.add_block(&new_block(block, &mut served)?).await?;
	}
	let epoch = handover.revert_epoch;
	let mut last = start.number;
	let mut after = served.clone();
	for block in &fall {
		if block.header.number.0 != last.0 + 1 {
			// Another chain's line, from the start on.
			store.revert(start.number, epoch, &[]).await?;
			after.clone_from(&served);
		}
		store.add_block(&new_block(block, &mut after)?).await?;
		last = block.header.number;
	}
	// Always a new epoch: a commit of the old operator that is still on its way is refused then, or taken back.
	store.revert(start.number, epoch.saturating_add(1), &[]).await?;
	if start.number.0 > 0 {
		let mut states = Vec::new();
		for state in &handover.states {
			let mut bytes = Vec::new();
			snapshot::save(state, &mut bytes)?;
			states.push(bytes);
		}
		let snapshot = Snapshot { number: start.number, hash: start.hash, states };
		store.add_snapshot(&snapshot, 1).await?;
	}
	Ok(dropped)
}

fn new_block(block: &HandoverBlock, served: &mut [u64]) -> Result<NewBlock, ImportError> {
	let HandoverBlock { header, data, .. } = block;
	let mut halves = 0;
	for ((part, bytes), served) in header.chains.iter().zip(data).zip(served.iter_mut()) {
		*served = served.saturating_add(part.priority_count.into());
		if bytes.is_empty() {
			continue;
		}
		let data = PublicData::decode(bytes, part.size_class)
			.map_err(|refusal| ImportError::Block { number: header.number, refusal })?;
		halves += data.halves.len() as u32;
	}
	// A joint operation has two halves, and each of them an entry in a log.
	let joint = header.chains.iter().map(|part| part.log_count).sum::<u32>() / 2;
	Ok(NewBlock {
		header: header.clone(),
		hash: header.hash(),
		record: Vec::new(),
		data: data.clone(),
		operations: halves.saturating_sub(joint),
		joint,
		served: served.to_vec(),
		built_at: header.timestamp.get().saturating_mul(1_000),
		included: Vec::new(),
		refused: Vec::new(),
		replayed: 0,
	})
}

/// Brings a chain the proofs that it lacks.
async fn prove(
	id: ChainId,
	chain: &Chain,
	signer: &Signer,
	handover: &Handover,
) -> Result<u32, ImportError> {
	let mut brought = 0;
	for block in handover.blocks.iter().filter(|block| block.stands) {
		let number = block.header.number;
		let hash = block.header.hash();
		let ask = || async { chain.best().await?.block(number).await };
		let stage = patiently(chain.url(), ask).await?.map(|block| block.stage);
		// What a chain has forgotten is executed long ago.
		if stage != Some(Stage::Committed) {
			continue;
		}
		let mut why = "no chain has any".to_owned();
		let mut taken = false;
		for proofs in block.proofs.clone() {
			let call = Call::ProveBlock { number, hash, proofs };
			match send(chain, &call, signer).await.map_err(at(chain.url()))? {
				Ok(()) => {
					taken = true;
					brought += 1;
					break;
				},
				Err(reason) => why = reason,
			}
		}
		if !taken {
			return Err(ImportError::Unproven { chain: id, number, why });
		}
	}
	Ok(brought)
}

/// Sends a call; what the chain says to it.
async fn send(
	chain: &Chain,
	call: &Call,
	signer: &Signer,
) -> Result<Result<(), String>, ChainError> {
	let mut sent = match chain.submit(call, signer).await {
		Err(error @ (ChainError::Rejected { .. } | ChainError::Encode { .. })) => {
			return Ok(Err(error.to_string()));
		},
		sent => sent?,
	};
	let included = sent.included(PATIENCE).await?;
	Ok(included.outcome.map_err(|error| error.to_string()))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		engine::{Engine, FeeFloors, MempoolConfig},
		testing::{ALPHA, BETA, NETWORK, Person, World, engine_config, transfer},
	};
	use ligature_ledger::{ChainState, replay};
	use ligature_operator_api::OperatorApiServer;
	use ligature_recovery::Anchor;
	use std::{path::Path, sync::Arc};

	/// What the chains would say of a world whose block 3 nobody has proven.
	async fn handover(world: &World) -> Handover {
		let store = &world.api.store;
		let mut states = [ALPHA, BETA].map(ChainState::new);
		let mut blocks = Vec::new();
		let mut start = Anchor { number: BlockNumber(0), hash: world.genesis.hash() };
		for number in (1..=3).map(BlockNumber) {
			let block = store.block(number).await.expect("a database").expect("it is there");
			let (header, hash) = (block.header, block.hash);
			let stands = number.0 < 3;
			let mut data = Vec::new();
			for (part, state) in header.chains.iter().zip(&mut states) {
				let bytes = store.public_data(number, hash, part.chain).await.expect("a database");
				let bytes = bytes.expect("it is there");
				if stands {
					replay(state, part, &bytes).expect("it leads there");
				}
				data.push(bytes);
			}
			if stands {
				start = Anchor { number, hash };
			}
			blocks.push(HandoverBlock { header, data, stands, proofs: Vec::new() });
		}
		let genesis = world.genesis.clone();
		let states = states.into();
		Handover { network: NETWORK, genesis, start, revert_epoch: 6, states, blocks }
	}

	async fn world() -> World {
		let world = World::with_deposits().await;
		for (number, amount) in [(0, 10), (1, 20)] {
			let bytes = transfer(Person(1), 0, number, Person(2), amount);
			world.api.submit(bytes.into()).await.expect("it is good");
			world.build().await;
		}
		world
	}

	#[tokio::test(flavor = "multi_thread")]
	async fn an_engine_should_go_on_from_what_was_entered() {
		let world = world().await;
		let handover = handover(&world).await;
		let folder = tempfile::tempdir().expect("a folder");
		let store = SqliteStore::open(folder.path()).await.expect("a database");
		let dropped = fill(&store, &handover, folder.path()).await.expect("it is entered");
		assert_eq!(dropped, 1);
		assert_eq!(fill(&store, &handover, folder.path()).await.expect("again"), 1);
		let tip = store.tip().await.expect("a database").expect("block 2");
		assert_eq!((tip.hash, tip.served), (handover.start.hash, vec![2, 0]));
		assert_eq!(store.revert_epoch().await.expect("a database"), 7);
		let fallen = &handover.blocks[2].header;
		let record = store.record(fallen.number, fallen.hash()).await.expect("a database");
		assert!(record.is_some(), "a chain that has it is no stranger");
		let info = store.block(BlockNumber(2)).await.expect("a database").expect("it stands");
		assert_eq!((info.operations, info.joint), (1, 0));

		let config =
			engine_config(&handover.genesis, MempoolConfig::default(), FeeFloors::default());
		let engine = Engine::start(config, Arc::new(store)).await.expect("it starts");
		let status = engine.status().await;
		assert_eq!((status.built, status.revert_epoch), (BlockNumber(2), 7));
		let accounts = engine.accounts(Person(2).owner()).await;
		assert_eq!(accounts.len(), 1);
		// The transfer of block 3 has not happened.
		assert_eq!(accounts[0].balances[0].amount.0, 1_000_010);
	}

	#[tokio::test(flavor = "multi_thread")]
	async fn a_database_in_use_should_be_left_alone() {
		let world = world().await;
		let handover = handover(&world).await;
		let refused = fill(&*world.api.store, &handover, Path::new("here")).await;
		assert!(matches!(refused, Err(ImportError::NotEmpty(_))), "{refused:?}");
		let tip = world.api.store.tip().await.expect("a database").expect("block 3");
		assert_eq!(tip.header.number, BlockNumber(3));
	}
}

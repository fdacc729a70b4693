// SPDX-License-Identifier: Apache-2.0

//! A story told to the ledger and to the naive model at once.

use crate::{
	audit::{Custody, check_pools, check_state},
	join, roots,
	story::{Chapter, Story},
};
use ark_bls12_381::Fr;
use ligature_ledger::{
	BlockParams, Ledger, Receipt, SealedBlock, check_block, check_invariants, check_step, replay,
	snapshot, state::ChainState, tree::Sequential,
};
use ligature_model::{Block, Model, Payment, state::Chain};
use ligature_primitives::{
	header::Header,
	ids::{AccountIndex, BlockNumber, ChainId, PoolSlot, Timestamp, TokenId},
	keys::PublicKey,
	op::{Operation, OperationKind},
	pool::PoolParams,
	poseidon::{Domain, hash},
	pubdata::PublicData,
	refusal::Refusal,
};
use rand::{SeedableRng, seq::IteratorRandom};
use rand_chacha::ChaCha8Rng;
use std::collections::{BTreeMap, BTreeSet};

/// What a telling saw.
#[derive(Clone, Debug, Default)]
pub struct Telling {
	/// Blocks sealed.
	pub blocks: usize,
	/// Operations accepted, by kind.
	pub accepted: BTreeMap<OperationKind, usize>,
	/// Operations refused, by reason.
	pub refused: BTreeMap<Refusal, usize>,
	/// Bytes of public data.
	pub bytes: usize,
	/// Joint operations.
	pub joint: usize,
}

impl Telling {
	/// Adds another telling's figures.
	pub fn add(&mut self, other: &Self) {
		self.blocks += other.blocks;
		self.bytes += other.bytes;
		self.joint += other.joint;
		for (kind, count) in &other.accepted {
			*self.accepted.entry(*kind).or_default() += count;
		}
		for (refusal, count) in &other.refused {
			*self.refused.entry(*refusal).or_default() += count;
		}
	}
}

/// The words of keys, each hashed once.
#[derive(Default)]
struct KeyWords(BTreeMap<[u8; 32], Fr>);

impl KeyWords {
	fn word(&mut self, key: Option<PublicKey>) -> Fr {
		key.map_or(Fr::from(0u8), |key| {
			*self.0.entry(key.0).or_insert_with(|| {
				key.validate().expect("a key in the state has been checked").word()
			})
		})
	}
}

fn equal<T: PartialEq + std::fmt::Debug>(what: &str, ledger: T, model: T) -> Result<(), String> {
	if ledger == model {
		Ok(())
	} else {
		Err(format!("{what}: the ledger says {ledger:?}, the model {model:?}"))
	}
}

/// The ledger's parameters for a chapter.
fn ledger_params(number: u64, chapter: &Chapter) -> BlockParams {
	BlockParams {
		number: BlockNumber(number),
		timestamp: Timestamp::new(chapter.timestamp).expect("below 2^40"),
		fee_accounts: chapter
			.chains
			.values()
			.map(|(fee_account, _)| AccountIndex::new(*fee_account).expect("below 2^24"))
			.collect(),
		classes: chapter.chains.values().map(|(_, class)| *class).collect(),
		join_class: chapter.join_class,
		verify_signatures: chapter.verify_signatures,
	}
}

/// Tells a story to both; the error is the first thing that is not as it must be.
///
/// A `thorough` telling costs three times as much: it computes every root a second time, node by
/// node, tries every operation dry before, and goes back to every block and forward again.
pub fn tell(story: &Story, thorough: bool) -> Result<Telling, String> {
	let mut ledger = Ledger::new(story.network.clone());
	let mut model = Model::new(story.network.clone());
	let mut replayed: Vec<ChainState> =
		story.network.chains().iter().map(|it| ChainState::new(*it)).collect();
	let (mut custody, mut keys, mut telling) =
		(Custody::default(), KeyWords::default(), Telling::default());
	let mut snapshots = vec![ledger.clone()];
	let mut sealed_blocks = Vec::new();
	for (number, chapter) in (1..).zip(&story.blocks) {
		let context = |error: String| format!("block {number}: {error}");
		ledger
			.begin_block(ledger_params(number, chapter))
			.map_err(|error| context(error.to_string()))?;
		model.begin_block(Block {
			timestamp: chapter.timestamp,
			chains: chapter.chains.clone(),
			join_class: chapter.join_class,
			verify_signatures: chapter.verify_signatures,
		});
		for (place, operation) in chapter.operations.iter().enumerate() {
			let context =
				|error: String| context(format!("operation {place}, {operation:?}: {error}"));
			if thorough {
				dry_run(&mut ledger, operation).map_err(context)?;
			}
			step(&mut ledger, &mut model, operation, &mut custody, &mut keys, &mut telling)
				.map_err(context)?;
		}
		let sealed =
			seal(&mut ledger, &mut model, &mut replayed, &mut keys, thorough).map_err(context)?;
		custody.check(&model).map_err(context)?;
		check_state(&model).map_err(context)?;
		if thorough {
			check_invariants(&ledger).map_err(|error| context(error.to_string()))?;
		}
		telling.blocks += 1;
		telling.joint += sealed.joint as usize;
		telling.bytes += sealed.chains.iter().map(|chain| chain.bytes.len()).sum::<usize>();
		sealed_blocks.push(sealed);
		snapshots.push(ledger.clone());
	}
	if thorough {
		take_back(story, &mut ledger, &snapshots, &sealed_blocks)?;
	}
	Ok(telling)
}

/// A dry run says what applying would do, and changes nothing.
fn dry_run(ledger: &mut Ledger, operation: &Operation) -> Result<(), String> {
	let before = ledger.clone();
	let foreseen = ledger.check(operation);
	let done = before.clone().apply(operation).map(drop);
	equal("dry run", foreseen, done)?;
	if *ledger == before { Ok(()) } else { Err("a dry run left a trace".into()) }
}

/// One operation, on both.
fn step(
	ledger: &mut Ledger,
	model: &mut Model,
	operation: &Operation,
	custody: &mut Custody,
	keys: &mut KeyWords,
	telling: &mut Telling,
) -> Result<(), String> {
	let (ledger_before, model_before) = (ledger.clone(), model.clone());
	let told = ledger.apply(operation);
	let expected = model.apply(operation);
	equal("refusal", told.as_ref().err(), expected.as_ref().err())?;
	match (told, expected) {
		(Ok(told), Ok(expected)) => {
			compare_receipts(&told, &expected)?;
			custody.book(operation, &expected);
			*telling.accepted.entry(operation.kind()).or_default() += 1;
			check_pools(&model_before, model, operation.kind() == OperationKind::Swap)?;
		},
		(Err(refusal), _) => {
			*telling.refused.entry(refusal).or_default() += 1;
			if *ledger != ledger_before {
				return Err(format!("refused with {refusal:?}, and left a trace"));
			}
		},
		(Ok(_), Err(_)) => unreachable!("the refusals are equal"),
	}
	compare_states(ledger, model, keys)?;
	custody.check(model)?;
	check_state(model)?;
	check_step(&ledger_before, ledger).map_err(|error| error.to_string())?;
	check_invariants(ledger).map_err(|error| error.to_string())
}

/// A ledger's receipt says what the model found by comparing states.
fn compare_receipts(told: &Receipt, expected: &ligature_model::Receipt) -> Result<(), String> {
	let mut changes: BTreeMap<(u8, u32, u16), (u128, u128)> = BTreeMap::new();
	for change in &told.changes {
		let key = (change.chain.0, change.account.get(), change.token.0);
		let (before, after) = (change.before.get(), change.after.get());
		let seen = changes.entry(key).or_insert((before, before));
		equal("a balance changed before", before, seen.1)?;
		seen.1 = after;
	}
	changes.retain(|_, (before, after)| before != after);
	equal("changes", &changes, &expected.changes)?;
	let created = told.created.iter().map(|(chain, index)| (chain.0, index.get())).collect();
	equal("created", created, expected.created.clone())?;
	let paid = told.paid.map(|paid| Payment {
		chain: paid.chain.0,
		token: paid.token.0,
		amount: paid.amount.get(),
		receiver: paid.receiver,
	});
	equal("paid", paid.as_ref(), expected.paid.as_ref())
}

/// Balances, owners, keys, nonces, pools and next indices are the same.
fn compare_states(ledger: &Ledger, model: &Model, keys: &mut KeyWords) -> Result<(), String> {
	for (id, chain) in &model.chains {
		let state = ledger.state(ChainId(*id)).map_err(|error| error.to_string())?;
		compare_chain(state, chain, keys).map_err(|error| format!("chain {id}: {error}"))?;
	}
	Ok(())
}

fn compare_chain(state: &ChainState, chain: &Chain, keys: &mut KeyWords) -> Result<(), String> {
	equal("next", state.next(), chain.next)?;
	for (index, account) in &chain.accounts {
		let leaf = state
			.account(AccountIndex::new(*index).expect("below 2^24"))
			.ok_or_else(|| format!("account {index} is missing"))?;
		let balances = leaf.balances().map(|(token, held)| (token.0, held.get())).collect();
		equal("balances", &balances, &account.balances)
			.and_then(|()| equal("owner", leaf.owner, account.owner))
			.and_then(|()| equal("key", leaf.key(), keys.word(account.key)))
			.and_then(|()| equal("nonce", leaf.nonce().0, account.nonce))
			.map_err(|error| format!("account {index}: {error}"))?;
	}
	equal("pools", state.pools().count(), chain.pools.len())?;
	for (slot, pool) in &chain.pools {
		let leaf = state.pool(PoolSlot(*slot)).ok_or_else(|| format!("pool {slot} is missing"))?;
		equal("params", leaf.params, pool.params)
			.and_then(|()| equal("side", leaf.side.number(), pool.side))
			.and_then(|()| equal("own", leaf.own.get(), pool.own))
			.and_then(|()| equal("foreign", leaf.foreign.get(), pool.foreign))
			.and_then(|()| equal("supply", leaf.supply.get(), pool.supply))
			.map_err(|error| format!("pool {slot}: {error}"))?;
	}
	Ok(())
}

/// The end of a block, on both; and all that its public data and logs must be good for.
fn seal(
	ledger: &mut Ledger,
	model: &mut Model,
	replayed: &mut [ChainState],
	keys: &mut KeyWords,
	thorough: bool,
) -> Result<SealedBlock, String> {
	let old_next: Vec<u32> = replayed.iter().map(ChainState::next).collect();
	let params = ledger.open_block().cloned().ok_or("no block is open")?;
	let sealed = ledger.seal().map_err(|error| error.to_string())?;
	let expected = model.seal();
	compare_states(ledger, model, keys)?;
	check_block(&sealed).map_err(|error| error.to_string())?;
	equal("joint operations", sealed.joint as usize, expected.joint)?;
	equal("join class", sealed.join_class.is_empty(), expected.joint == 0)?;

	let mut logs = BTreeMap::new();
	let mut commitments = BTreeMap::new();
	for (position, ((id, part), told)) in expected.chains.iter().zip(&sealed.chains).enumerate() {
		let context = |error: String| format!("chain {id}: {error}");
		let header = &told.header;
		equal("public data", hex::encode(&told.bytes), hex::encode(&part.public_data))
			.map_err(context)?;
		equal("data length", header.data_length as usize, part.public_data.len())
			.map_err(context)?;
		equal("old next", header.old_next, old_next[position]).map_err(context)?;
		equal("next", header.new_next, part.next).map_err(context)?;
		equal("priority", usize::from(header.priority_count), part.priority).map_err(context)?;
		let empty = part.public_data.is_empty();
		let class = if empty { Default::default() } else { params.classes[position] };
		equal("class", header.size_class, class).map_err(context)?;
		let fee_account = if empty { Default::default() } else { params.fee_accounts[position] };
		equal("fee account", header.fee_account, fee_account).map_err(context)?;
		let fees: BTreeMap<u16, u128> =
			told.fees.iter().map(|fee| (fee.token.0, fee.after.get() - fee.before.get())).collect();
		equal("fees", &fees, &part.fees).map_err(context)?;
		equal("old root", header.old_root, replayed[position].root()).map_err(context)?;
		if thorough {
			let root = roots::state_root(&model.chains[id]);
			equal("new root", header.new_root, root).map_err(context)?;
		}
		let commitment =
			if empty { Fr::from(0u8) } else { hash(Domain::new("pubdata"), &part.words) };
		equal("commitment", header.data_commitment, commitment).map_err(context)?;

		let decoded =
			PublicData::decode(&told.bytes, class).map_err(|error| context(error.to_string()))?;
		equal("decoded data", &decoded, &told.data).map_err(context)?;
		equal("encoded data", decoded.encode(class), Ok(told.bytes.clone())).map_err(context)?;

		replay(&mut replayed[position], header, &told.bytes)
			.map_err(|error| context(format!("replay: {error}")))?;
		equal("replayed root", replayed[position].root(), header.new_root).map_err(context)?;
		compare_chain(&replayed[position], &model.chains[id], keys)
			.map_err(|error| context(format!("replayed: {error}")))?;

		logs.insert(*id, told.log.clone());
		commitments.insert(*id, (header.log_commitment, header.log_count));
	}
	let pairs = join::pair_up(&logs)?;
	equal("pairs", pairs.len(), expected.joint)?;
	join::check(&pairs, &commitments)?;
	Ok(sealed)
}

/// Goes back to every block there was and forward again: nothing must show that it happened.
fn take_back(
	story: &Story,
	ledger: &mut Ledger,
	snapshots: &[Ledger],
	sealed_blocks: &[SealedBlock],
) -> Result<(), String> {
	for to in (0..snapshots.len() - 1).rev() {
		let number = to as u64;
		ledger.rollback(BlockNumber(number)).map_err(|error| error.to_string())?;
		if *ledger != snapshots[to] {
			return Err(format!(
				"after going back to block {to} the ledger is not what it was there"
			));
		}
	}
	let again = execute(ledger, story)?;
	equal("the blocks done again", again.as_slice(), sealed_blocks)?;
	if ledger == snapshots.last().expect("there is genesis") {
		Ok(())
	} else {
		Err("the blocks done again end elsewhere".into())
	}
}

/// The blocks of a story, by the ledger alone.
pub fn sealed_blocks(story: &Story) -> Result<Vec<SealedBlock>, String> {
	execute(&mut Ledger::new(story.network.clone()), story)
}

/// Does a story's blocks on a ledger at genesis.
fn execute(ledger: &mut Ledger, story: &Story) -> Result<Vec<SealedBlock>, String> {
	let blocks = (1..).zip(&story.blocks);
	blocks.map(|(number, chapter)| execute_chapter(ledger, number, chapter)).collect()
}

/// Does one block.
fn execute_chapter(
	ledger: &mut Ledger,
	number: u64,
	chapter: &Chapter,
) -> Result<SealedBlock, String> {
	ledger.begin_block(ledger_params(number, chapter)).map_err(|error| error.to_string())?;
	for operation in &chapter.operations {
		// Refused or not is for other tests to judge.
		let _ = ledger.apply(operation);
	}
	ledger.seal().map_err(|error| error.to_string())
}

/// Tells a story to two ledgers, of which one stops after every block, is saved, loaded and resumed
/// from the block's header: every block must come out the same. Gives the bytes of the snapshots.
pub fn tell_with_restarts(story: &Story) -> Result<usize, String> {
	let mut straight = Ledger::new(story.network.clone());
	let mut restarted = straight.clone();
	let genesis = Header::genesis(&story.network, [0; 32], [0; 32], straight.states()[0].root());
	let mut bytes = 0;
	for (number, chapter) in (1..).zip(&story.blocks) {
		let context = |error: String| format!("block {number}: {error}");
		let first = execute_chapter(&mut straight, number, chapter).map_err(context)?;
		let second = execute_chapter(&mut restarted, number, chapter).map_err(context)?;
		equal("block", &second, &first).map_err(context)?;
		let header = Header {
			number: first.number,
			timestamp: first.timestamp,
			chains: first.chains.iter().map(|chain| chain.header.clone()).collect(),
			..genesis.clone()
		};
		let mut states = Vec::new();
		for state in restarted.states() {
			let mut saved = Vec::new();
			snapshot::save(state, &mut saved).map_err(|error| context(error.to_string()))?;
			let loaded = snapshot::load(state.chain(), &saved[..], &Sequential)
				.map_err(|error| context(error.to_string()))?;
			bytes += saved.len();
			states.push(loaded);
		}
		restarted = Ledger::resume(&header, states).map_err(|error| context(error.to_string()))?;
		straight.prune(0);
		if restarted != straight {
			return Err(context("the ledger that was saved and loaded is another".into()));
		}
	}
	Ok(bytes)
}

/// Tells a story's accepted operations in another order that keeps the order on every chain: each
/// block must come out the same, byte for byte.
pub fn tell_in_other_order(story: &Story, seed: u64) -> Result<usize, String> {
	let mut rng = ChaCha8Rng::seed_from_u64(seed);
	let mut straight = Ledger::new(story.network.clone());
	let mut shuffled = straight.clone();
	let mut moved = 0;
	for (number, chapter) in (1..).zip(&story.blocks) {
		let params = ledger_params(number, chapter);
		straight.begin_block(params.clone()).map_err(|error| error.to_string())?;
		shuffled.begin_block(params).map_err(|error| error.to_string())?;
		let mut waiting = Vec::new();
		for operation in &chapter.operations {
			let chains = chains_of(&straight, operation);
			if let Ok(receipt) = straight.apply(operation) {
				waiting.push((operation, chains, receipt));
			}
		}
		while !waiting.is_empty() {
			let free = (0..waiting.len()).filter(|at| {
				waiting[..*at].iter().all(|(_, chains, _)| chains.is_disjoint(&waiting[*at].1))
			});
			let at = free.choose(&mut rng).expect("the first one is free");
			moved += usize::from(at > 0);
			let (operation, _, receipt) = waiting.remove(at);
			let told = shuffled.apply(operation).map_err(|refusal| {
				format!("block {number}: {operation:?} is now refused: {refusal:?}")
			})?;
			let place = told.operation;
			equal("receipt", told, Receipt { operation: place, ..receipt })?;
		}
		let first = straight.seal().map_err(|error| error.to_string())?;
		let second = shuffled.seal().map_err(|error| error.to_string())?;
		equal("block", &second, &first)?;
	}
	if straight == shuffled { Ok(moved) } else { Err("the ledgers differ".into()) }
}

/// The chains that an operation reads or writes.
fn chains_of(ledger: &Ledger, operation: &Operation) -> BTreeSet<ChainId> {
	let pool = |params: &PoolParams| vec![params.chain0, params.chain1];
	let chains = match operation {
		Operation::Deposit(it) => vec![it.chain],
		Operation::ChangePubKey(it) => vec![it.chain],
		Operation::CreatePool(it) => vec![it.chain],
		Operation::Transfer(it) => vec![it.tx.body.chain],
		Operation::Withdraw(it) => vec![it.tx.body.chain],
		Operation::Swap(it) => pool(&it.tx.body.params),
		Operation::AddLiquidity(it) => pool(&it.tx.body.params),
		Operation::RemoveLiquidity(it) => pool(&it.tx.body.params),
		Operation::FullExit(it) => {
			let slot = TokenId(it.token.0).lp_slot();
			let leaf =
				ledger.state(it.chain).ok().zip(slot).and_then(|(state, slot)| state.pool(slot));
			leaf.map_or_else(|| vec![it.chain], |leaf| pool(&leaf.params))
		},
	};
	chains.into_iter().collect()
}

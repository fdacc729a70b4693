// SPDX-License-Identifier: Apache-2.0

//! The ledger out of what chains post, and nothing else; and everything that must stop it.

#![allow(missing_docs, reason = "each test says in its name what it shows")]
#![allow(clippy::unwrap_used, reason = "a panic is how a test reports")]

mod story;

use ligature_chain::Call;
use ligature_ledger::ChainState;
use ligature_primitives::{
	ids::{BlockNumber, ChainId, TokenId},
	refusal::Refusal,
};
use ligature_recovery::{
	Anchor, Claim, Handover, HandoverError, NoProgress, Progress, Recovery, RecoveryError, Step,
	due,
};
use std::{path::Path, sync::Mutex};
use story::{ALPHA, BETA, Story, owner};
use tempfile::{TempDir, tempdir};

/// Some people, a pool, transfers and swaps in a dozen blocks.
fn story() -> Story {
	let mut story = Story::new(2).unwrap();
	story.people(6, 6).unwrap();
	story.pool().unwrap();
	for _ in 0..3 {
		let mut operations = Vec::new();
		for _ in 0..3 {
			operations.push(story.transfer().unwrap());
			operations.push(story.swap().unwrap());
		}
		story.block(&operations).unwrap();
		story.settle().unwrap();
	}
	story
}

/// The same values, whatever either could take back.
#[track_caller]
fn same(one: &ChainState, other: &ChainState) {
	assert_eq!((one.chain(), one.root(), one.next()), (other.chain(), other.root(), other.next()));
	assert!(one.totals().eq(other.totals()));
}

async fn open(story: &Story, chain: usize, folder: &Path) -> Recovery {
	Recovery::open(Box::new(story.chains[chain].clone()), folder).await.unwrap()
}

async fn read_all(story: &Story) -> (Vec<Recovery>, TempDir) {
	let folder = tempdir().unwrap();
	let mut chains = Vec::new();
	for place in 0..2 {
		let chain = open(story, place, folder.path()).await;
		chain.read(&NoProgress).await.unwrap();
		chains.push(chain);
	}
	(chains, folder)
}

fn last(story: &Story) -> Option<Anchor> {
	story.posted.last().map(|posted| posted.anchor())
}

#[tokio::test(flavor = "multi_thread")]
async fn blocks_alone_should_lead_to_the_ledger() {
	let story = story();
	let (chains, _folder) = read_all(&story).await;
	for (chain, state) in chains.iter().zip(story.ledger.states()) {
		let rebuilt = chain.rebuild(last(&story), &NoProgress).await.unwrap();
		same(&rebuilt.state, state);
		assert_eq!(rebuilt.header.as_ref(), story.posted.last().map(|posted| &posted.header));
		assert_eq!(rebuilt.genesis, Some(story.genesis.hash()));
		// Six deposits and a side of the pool.
		assert_eq!(rebuilt.served.last(), Some(&7));
		assert_eq!(rebuilt.hashes.len(), story.posted.len());
	}
	let nothing = chains[0].rebuild(None, &NoProgress).await.unwrap();
	same(&nothing.state, &ChainState::new(ALPHA));
	assert_eq!(nothing.header, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_refused_or_taken_back_should_not_count() {
	let mut story = Story::new(2).unwrap();
	story.people(4, 4).unwrap();
	for _ in 0..3 {
		let operations = [story.transfer().unwrap(), story.transfer().unwrap()];
		story.block(&operations).unwrap();
		let real = story.posted.last().unwrap().clone();
		let mut fork = real.clone();
		// A header with its parent that leads nowhere, the real header with other data, and noise.
		fork.header.revert_epoch = 77;
		let mut wrong = real.clone();
		wrong.data[0].push(0);
		for calls in [
			vec![fork.commit(0), wrong.commit(0)],
			vec![Call::EnterExodus, Call::Claim { token: TokenId(0), to: None }],
		] {
			story.chains[0].push(&calls).unwrap();
		}
		story.settle().unwrap();
		story.chains[0].push(&[real.commit(0)]).unwrap();
	}
	let (chains, _folder) = read_all(&story).await;
	let rebuilt = chains[0].rebuild(last(&story), &NoProgress).await.unwrap();
	same(&rebuilt.state, &story.ledger.states()[0]);
	let middle = story.posted[2].anchor();
	assert_eq!(chains[0].anchor(middle.number).await.unwrap(), Some(middle));
	let above = chains[0].anchor(BlockNumber(99)).await;
	assert!(matches!(above, Err(RecoveryError::NoAnchor { chain: ALPHA, .. })), "{above:?}");
}

/// What was told.
#[derive(Default)]
struct Told(Mutex<Vec<(ChainId, Step, u64, u64)>>);

impl Progress for Told {
	fn reached(&self, chain: ChainId, step: Step, done: u64, of: u64) {
		self.0.lock().unwrap().push((chain, step, done, of));
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn it_should_go_on_where_it_was_interrupted() {
	let mut story = story();
	let folder = tempdir().unwrap();
	{
		let chain = open(&story, 0, folder.path()).await;
		chain.read(&NoProgress).await.unwrap();
		chain.rebuild(last(&story), &NoProgress).await.unwrap();
	}
	let (read, before) = (story.chains[0].blocks.lock().unwrap().len() as u64, story.posted.len());
	let transfer = story.transfer().unwrap();
	story.block(&[transfer]).unwrap();
	story.settle().unwrap();

	let chain = open(&story, 0, folder.path()).await;
	let told = Told::default();
	chain.read(&told).await.unwrap();
	let rebuilt = chain.rebuild(last(&story), &told).await.unwrap();
	same(&rebuilt.state, &story.ledger.states()[0]);
	let told = told.0.into_inner().unwrap();
	let (done, of) = (before as u64, before as u64 + 1);
	assert_eq!(told[0], (ALPHA, Step::Reading, read + 2, read + 2), "only what is new is read");
	assert_eq!(told[1], (ALPHA, Step::Replaying, done, of), "only what is new is executed");
	assert_eq!(told.last(), Some(&(ALPHA, Step::Replaying, of, of)));

	// An older block is no problem, nor is a checkpoint that is damaged.
	let older = chain.rebuild(Some(story.posted[1].anchor()), &NoProgress).await.unwrap();
	assert_eq!(older.state.root(), story.posted[1].header.chains[0].new_root);
	for entry in std::fs::read_dir(folder.path()).unwrap() {
		let path = entry.unwrap().path();
		if path.extension().is_some_and(|extension| extension == "state") {
			std::fs::write(path, b"damaged").unwrap();
		}
	}
	let rebuilt = chain.rebuild(last(&story), &NoProgress).await.unwrap();
	same(&rebuilt.state, &story.ledger.states()[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_add_up_should_be_named() {
	let mut story = Story::new(2).unwrap();
	story.people(4, 4).unwrap();
	let transfer = story.transfer().unwrap();
	story.block(&[transfer]).unwrap();
	let real = story.posted.last().unwrap().clone();

	// Only other data is posted.
	let mut wrong = real.clone();
	*wrong.data[0].last_mut().unwrap() ^= 1;
	story.chains[0].push(&[wrong.commit(0)]).unwrap();
	let (chains, _folder) = read_all(&story).await;
	let refused = chains[0].rebuild(Some(real.anchor()), &NoProgress).await.unwrap_err();
	let RecoveryError::Block { number, refusal, .. } = refused else { panic!("{refused}") };
	assert_eq!(number, real.header.number);
	assert_eq!(refusal, Refusal::NonCanonicalFee, "the last byte is the fee");

	// A header that lies about the root.
	let mut lie = real.clone();
	lie.header.chains[0].new_root += ark_one();
	story.chains[0].push(&[lie.commit(0)]).unwrap();
	// A header with another number, and one of another network.
	let mut numbered = real.clone();
	numbered.header.number = BlockNumber(real.header.number.0 + 1);
	story.chains[0].push(&[numbered.commit(0)]).unwrap();
	let mut foreign = real.clone();
	foreign.header.chain_list_hash = [3; 32];
	story.chains[0].push(&[foreign.commit(0)]).unwrap();
	let chain = &chains[0];
	chain.read(&NoProgress).await.unwrap();
	let mut named = Vec::new();
	for (anchor, refusal) in [
		(lie.anchor(), Refusal::RootMismatch),
		(foreign.anchor(), Refusal::WrongNetwork),
		(Anchor { number: real.header.number, hash: numbered.header.hash() }, Refusal::WrongNumber),
	] {
		match chain.rebuild(Some(anchor), &NoProgress).await {
			Err(RecoveryError::Block { refusal: found, .. }) => named.push(found == refusal),
			other => panic!("{other:?}"),
		}
	}
	assert_eq!(named, [true; 3]);

	let nowhere = Anchor { number: BlockNumber(1), hash: [1; 32] };
	let missing = chain.rebuild(Some(nowhere), &NoProgress).await;
	assert!(matches!(missing, Err(RecoveryError::NotPosted { .. })), "{missing:?}");
}

fn ark_one() -> ligature_primitives::poseidon::Word {
	1u64.into()
}

#[tokio::test(flavor = "multi_thread")]
async fn another_chain_or_branch_should_be_noticed() {
	let story = story();
	let folder = tempdir().unwrap();
	let chain = open(&story, 0, folder.path()).await;
	chain.read(&NoProgress).await.unwrap();
	// The same numbers with other hashes.
	{
		let mut blocks = story.chains[0].blocks.lock().unwrap();
		let length = blocks.len();
		blocks[length - 1].head.hash = [7; 32];
	}
	story.chains[0].push(&[]).unwrap();
	let fork = chain.read(&NoProgress).await;
	assert!(matches!(fork, Err(RecoveryError::Fork { .. })), "{fork:?}");
	// Another chain of that number in the same folder.
	let mut other = Story::new(1).unwrap().chains[0].clone();
	other.about.genesis = [8; 32];
	let other = Recovery::open(Box::new(other), folder.path()).await.map(|_| ());
	assert!(matches!(other, Err(RecoveryError::OtherChain { .. })), "{other:?}");
	// A block is missing in the middle.
	let (gap, folder) = (Story::new(1).unwrap(), tempdir().unwrap());
	for _ in 0..3 {
		gap.chains[0].push(&[]).unwrap();
	}
	gap.chains[0].blocks.lock().unwrap().remove(1);
	let fork = open(&gap, 0, folder.path()).await.read(&NoProgress).await;
	assert!(matches!(fork, Err(RecoveryError::Fork { .. })), "{fork:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_should_find_what_the_chains_owe() {
	let story = story();
	let states: Vec<&ChainState> = story.ledger.states().iter().collect();
	let header = &story.posted.last().unwrap().header;
	let mut paid = [0u128; 2];
	let mut liquidity = 0;
	for (place, chain) in [ALPHA, BETA].into_iter().enumerate() {
		for one in due(chain, &states, None) {
			let claim = one.claim(&states).unwrap();
			let root = header.chains[place].new_root;
			let payout = match &claim {
				Claim::Balance(claim) => claim.verify(root).unwrap(),
				Claim::Liquidity(claim) => claim.verify(header.chains[0].new_root, root).unwrap(),
			};
			assert_eq!(
				(payout.owner, payout.token, payout.amount),
				(one.owner, one.token, one.amount)
			);
			paid[place] += one.amount.get();
			liquidity += usize::from(one.is_liquidity());
			// With the other chain's state in its place there is no claim.
			assert_eq!(one.claim(&states[1 - place..2 - place]), None);
		}
		// What stays is the locked shares' part and the floors: less than a unit per owner.
		let owed = story.ledger.states()[place].total(TokenId(0)).get();
		let pool = states[place].pools().next().unwrap().1;
		let supply = states[0].pools().next().unwrap().1.supply.get();
		let locked = pool.own.get() / supply * 1_000 + 1_000;
		assert!(owed >= paid[place] && owed - paid[place] <= locked + 3, "{owed} {paid:?}");
		let mine = due(chain, &states, Some(owner(1)));
		assert_eq!(mine.len(), 2);
		assert!(mine.iter().all(|one| one.owner == owner(1)));
	}
	assert_eq!(liquidity, 6, "three people have shares, and each has two sides");
	// Without the home chain's state nobody's shares on the other chain are seen.
	assert!(due(BETA, &states[1..], None).iter().all(|one| !one.is_liquidity()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_operator_should_get_what_stands_and_what_falls() {
	let mut story = story();
	let start = last(&story).unwrap();
	// Proofs stand on one chain only; the next block is committed on one chain only.
	let proofs = vec![[5u8; 192], [6; 192]];
	let prove = Call::ProveBlock { number: start.number, hash: start.hash, proofs: proofs.clone() };
	story.chains[0].push(&[prove]).unwrap();
	let before = story.posted[story.posted.len() - 2].anchor();
	{
		let mut heights = story.chains[1].heights.lock().unwrap();
		heights.proven = Some(before);
		heights.executed = Some(before);
		heights.revert_epoch = 3;
	}
	let state = story.ledger.states().to_vec();
	let transfer = story.transfer().unwrap();
	story.block(&[transfer]).unwrap();
	let falls = story.posted.last().unwrap().clone();
	story.chains[0].push(&[falls.commit(0)]).unwrap();
	story.chains[0].heights.lock().unwrap().committed = Some(falls.anchor());

	let (chains, folder) = read_all(&story).await;
	let made = Handover::make(&chains, &NoProgress).await.unwrap();
	assert_eq!((made.start, made.revert_epoch), (start, 3));
	assert_eq!(made.genesis, story.genesis);
	for (one, other) in made.states.iter().zip(&state) {
		same(one, other);
	}
	let standing = made.blocks.iter().filter(|block| block.stands).count();
	assert_eq!((standing, made.blocks.len()), (story.posted.len() - 1, story.posted.len()));
	let first = &made.blocks[standing - 1];
	assert_eq!(first.proofs, [proofs]);
	assert_eq!(first.data, story.posted[standing - 1].data);
	let fallen = made.blocks.last().unwrap();
	assert_eq!(fallen.data, [falls.data[0].clone(), Vec::new()]);

	let to = folder.path().join("handover");
	made.write(&to).unwrap();
	let again = Handover::read(&to).unwrap();
	assert_eq!((again.blocks, again.start), (made.blocks, made.start));
	for (one, other) in again.states.iter().zip(&state) {
		same(one, other);
	}
	// A state of another block does not fit.
	std::fs::copy(to.join("state-1"), to.join("state-1.kept")).unwrap();
	ligature_ledger::snapshot::save_file(&ChainState::new(ALPHA), &to.join("state-1")).unwrap();
	let damaged = Handover::read(&to);
	assert!(matches!(damaged, Err(HandoverError::Damaged { .. })), "{damaged:?}");
	let missing = Handover::read(&folder.path().join("nowhere"));
	assert!(matches!(missing, Err(HandoverError::File { .. })), "{missing:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_handover_should_be_made_of_chains_that_disagree() {
	let mut story = story();
	let (chains, _folder) = read_all(&story).await;
	let alone = Handover::make(&chains[..1], &NoProgress).await;
	assert!(matches!(alone, Err(HandoverError::MissingChain(BETA))), "{alone:?}");
	// Proven on the first chain, and never posted on the other.
	let transfer = story.transfer().unwrap();
	story.block(&[transfer]).unwrap();
	let last = story.posted.last().unwrap().clone();
	story.chains[0].push(&[last.commit(0)]).unwrap();
	{
		let mut heights = story.chains[0].heights.lock().unwrap();
		(heights.committed, heights.proven) = (Some(last.anchor()), Some(last.anchor()));
	}
	chains[0].read(&NoProgress).await.unwrap();
	let torn = Handover::make(&chains, &NoProgress).await;
	assert!(matches!(torn, Err(HandoverError::NeverCommitted { chain: BETA, .. })), "{torn:?}");
	// Posted there, but the other chain has proven another block of that number.
	let mut other = last.clone();
	other.header.revert_epoch = 5;
	story.chains[1].push(&[last.commit(1), other.commit(1)]).unwrap();
	story.chains[1].heights.lock().unwrap().proven = Some(other.anchor());
	chains[1].read(&NoProgress).await.unwrap();
	let differ = Handover::make(&chains, &NoProgress).await;
	assert!(matches!(differ, Err(HandoverError::Differ { .. })), "{differ:?}");

	let nothing = Story::new(1).unwrap();
	let (chains, _folder) = read_all(&nothing).await;
	let nothing = Handover::make(&chains, &NoProgress).await;
	assert!(matches!(nothing, Err(HandoverError::Nothing)), "{nothing:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_that_died_before_any_proof_should_leave_a_start_at_block_0() {
	let mut story = Story::new(2).unwrap();
	story.people(2, 4).unwrap();
	for chain in &story.chains {
		let mut heights = chain.heights.lock().unwrap();
		(heights.proven, heights.executed) = (None, None);
	}
	let (chains, folder) = read_all(&story).await;
	let made = Handover::make(&chains, &NoProgress).await.unwrap();
	assert_eq!(made.start, Anchor { number: BlockNumber(0), hash: story.genesis.hash() });
	assert!(made.blocks.iter().all(|block| !block.stands) && !made.blocks.is_empty());
	let to = folder.path().join("handover");
	made.write(&to).unwrap();
	assert_eq!(Handover::read(&to).unwrap().start, made.start);
}

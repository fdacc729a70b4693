// SPDX-License-Identifier: Apache-2.0

//! Random histories: an operator who commits, proves and reverts as it likes, chains whose finality lags, members who
//! see different things at different times and are killed while they write, and fewer than a third of them who sign
//! whatever harms. Whatever happens, honest members never contradict themselves, and the chains never part.

use crate::{
	decide,
	journal::Journal,
	keys::MemberKey,
	memory::Memory,
	testing::{
		ALPHA, BETA, NETWORK,
		chain::TIMEOUT,
		child,
		world::{World, keys},
	},
};
use ligature_primitives::{
	constants::TORN_BLOCKS,
	header::{Digest, Header},
	ids::{BlockNumber, ChainId},
	vote::{VoteKind, VoteMessage, threshold},
};
use rand::{Rng, SeedableRng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;
use std::{
	collections::{BTreeMap, BTreeSet},
	fs::{self, OpenOptions},
	path::PathBuf,
};

/// Most blocks of a chain that its finality, or a member's node, is behind.
const LAG: usize = 4;

/// What an honest member has signed.
trait Book {
	fn memory(&self) -> &Memory;
	/// Signs, and gives back whether the vote has left.
	fn sign(&mut self, message: &VoteMessage, rng: &mut ChaCha8Rng) -> bool;
}

impl Book for Memory {
	fn memory(&self) -> &Memory {
		self
	}

	fn sign(&mut self, message: &VoteMessage, _: &mut ChaCha8Rng) -> bool {
		self.allows(message).expect("what is decided is allowed");
		self.record(message.clone());
		true
	}
}

/// A journal on disk, of a process that is killed now and then.
struct Killed {
	path: PathBuf,
	key: MemberKey,
	journal: Option<Journal>,
}

impl Killed {
	fn open(&mut self) {
		self.journal = None;
		let journal = Journal::open(&self.path, NETWORK, &self.key.public());
		self.journal = Some(journal.expect("a kill leaves it whole"));
	}
}

impl Book for Killed {
	fn memory(&self) -> &Memory {
		self.journal.as_ref().expect("opened").memory()
	}

	fn sign(&mut self, message: &VoteMessage, rng: &mut ChaCha8Rng) -> bool {
		let before = fs::metadata(&self.path).expect("it is there").len();
		let journal = self.journal.as_mut().expect("opened");
		journal.sign(message, &self.key).expect("what is decided is allowed");
		if rng.random_bool(0.8) {
			return true;
		}
		// Killed while it was writing: some of the bytes are on the disk, and the vote has not left.
		self.journal = None;
		let after = fs::metadata(&self.path).expect("it is there").len();
		let file = OpenOptions::new().write(true).open(&self.path).expect("ours");
		let left = rng.random_range(before..=after);
		file.set_len(left).expect("it can be cut");
		self.open();
		false
	}
}

/// A member who keeps the rules.
struct Honest<B> {
	key: [u8; 32],
	book: B,
	/// The finalized block of each chain that its node has.
	heads: Vec<usize>,
}

struct History<B> {
	world: World,
	honest: Vec<Honest<B>>,
	cheats: Vec<[u8; 32]>,
	/// Everything that was ever signed and has left, by message.
	votes: BTreeMap<Vec<u8>, (VoteMessage, BTreeSet<[u8; 32]>)>,
	/// Headers that were ever made.
	headers: Vec<Header>,
	/// The hash of each block that was certified anywhere.
	certified: BTreeMap<BlockNumber, Digest>,
	rng: ChaCha8Rng,
	tree: u8,
	/// Chance that exodus begins when it can.
	exodus: f64,
	/// Chance that who operates does harm when it can.
	malice: f64,
}

impl<B: Book> History<B> {
	fn new(seed: u64, honest: usize, cheats: usize, book: impl Fn(MemberKey) -> B) -> Self {
		let count = (honest + cheats) as u8;
		let world = World::new(count);
		let mut keys = keys(count);
		let mut rng = ChaCha8Rng::seed_from_u64(seed);
		let cheats = (0..cheats).map(|_| keys.remove(rng.random_range(0..keys.len())));
		let cheats = cheats.map(|key| key.public()).collect();
		let honest = keys.into_iter().map(|key| Honest {
			key: key.public(),
			book: book(key),
			heads: vec![0; 2],
		});
		Self {
			honest: honest.collect(),
			cheats,
			votes: BTreeMap::new(),
			headers: vec![crate::testing::genesis(&world.members)],
			certified: BTreeMap::new(),
			exodus: [0.0, 0.02, 0.1][rng.random_range(0..3)],
			malice: [0.0, 0.1, 1.0][rng.random_range(0..3)],
			rng,
			tree: 0,
			world,
		}
	}

	fn harms(&mut self) -> bool {
		self.rng.random_bool(self.malice)
	}

	fn any_chain(&mut self) -> ChainId {
		*[ALPHA, BETA].choose(&mut self.rng).expect("two")
	}

	fn vote(&mut self, member: [u8; 32], message: VoteMessage) {
		let entry = self.votes.entry(message.encode());
		entry.or_insert_with(|| (message, BTreeSet::new())).1.insert(member);
	}

	/// One thing happens. What is refused has not happened.
	fn step(&mut self) {
		let id = self.any_chain();
		match self.rng.random_range(0..100) {
			0..25 => {
				self.world.chain(id).grow();
				let lag = self.rng.random_range(0..=LAG);
				self.world.chain(id).finalize(lag);
			},
			25..40 => self.operate(id),
			40..50 => {
				let _ = self.world.on(id).prove();
			},
			50..54 => {
				let _ = self.world.on(id).execute();
			},
			54..58 if self.harms() => self.revert(id),
			58 if self.harms() => self.world.on(id).time += 4_000,
			54..59 => self.relay(id),
			59..62 => {
				if self.rng.random_bool(self.exodus) {
					let _ = self.world.on(id).enter_exodus();
				}
				let _ = self.world.on(id).freeze_by_timeout();
			},
			62..80 => self.look(),
			80..84 => self.cheat(),
			_ => self.relay(id),
		}
	}

	/// The operator makes a block after the last one of a chain, honest or forged, and commits it where it likes.
	fn operate(&mut self, id: ChainId) {
		let header = if self.rng.random_bool(0.3) {
			// One that a chain lacks, most likely.
			let last = self.headers.len().saturating_sub(6);
			self.headers[last..].choose(&mut self.rng).expect("the genesis").clone()
		} else {
			if self.harms() && self.rng.random_bool(0.2) {
				self.tree += 1;
			}
			self.world.next_block(id, self.tree)
		};
		for other in [ALPHA, BETA] {
			if other == id || !self.harms() || self.rng.random_bool(0.7) {
				let _ = self.world.on(other).commit(&header);
			}
		}
		self.headers.push(header);
	}

	fn revert(&mut self, id: ChainId) {
		let epoch = self.world.chains.iter().map(|chain| chain.next().revert_epoch).max();
		let epoch = epoch.expect("two chains") + self.rng.random_range(0..2);
		let counters = self.world.chain(id).next().counters;
		let to = self.rng.random_range(counters.certified.0..=counters.committed.0);
		let _ = self.world.on(id).revert(BlockNumber(to), epoch);
	}

	/// An honest member's node advances, and the member signs what is to be signed.
	fn look(&mut self) {
		let place = self.rng.random_range(0..self.honest.len());
		let heads = self.world.chains.iter().map(|chain| chain.finalized());
		for (chain, last) in heads.enumerate() {
			let known = self.honest[place].heads[chain];
			self.honest[place].heads[chain] = self.rng.random_range(known..=last);
		}
		let honest = &mut self.honest[place];
		let seen = self.world.seen_at(&honest.heads);
		let mut left = Vec::new();
		for message in decide(&seen, honest.book.memory(), &honest.key) {
			if !honest.book.sign(&message, &mut self.rng) {
				break;
			}
			left.push(message);
		}
		// What is in the journal goes out sooner or later: a restart brings it again.
		left.extend(honest.book.memory().since(BlockNumber(0)).cloned());
		let key = honest.key;
		left.into_iter().for_each(|message| self.vote(key, message));
	}

	/// All who cheat sign one thing: what somebody has signed, or what was never seen.
	fn cheat(&mut self) {
		let known: Vec<_> = self.votes.values().map(|(message, _)| message.clone()).collect();
		let message = if self.rng.random_bool(0.6) && !known.is_empty() {
			known.choose(&mut self.rng).expect("some").clone()
		} else {
			let header = self.headers.choose(&mut self.rng).expect("the genesis").clone();
			let header = if self.rng.random() { child(&header, 200, 0) } else { header };
			let kind = *VoteKind::ALL.choose(&mut self.rng).expect("five");
			match kind {
				VoteKind::Block => VoteMessage::block(&header),
				VoteKind::Freeze => VoteMessage::about(kind, ChainId(0), &header),
				VoteKind::Frozen => VoteMessage::about(kind, ALPHA, &header),
				VoteKind::Refuse | VoteKind::Refused => {
					VoteMessage::about(kind, self.any_chain(), &header)
				},
			}
		};
		for cheat in self.cheats.clone() {
			self.vote(cheat, message.clone());
		}
	}

	/// Somebody brings certificates to a chain.
	fn relay(&mut self, id: ChainId) {
		let least = threshold(self.world.members.len() as u32) as usize;
		let ready = self.votes.values().filter(|(_, signers)| signers.len() >= least);
		let ready: Vec<_> = ready
			.map(|(message, signers)| {
				(message.clone(), signers.iter().copied().collect::<Vec<_>>())
			})
			.collect();
		for (message, signers) in ready {
			if self.rng.random_bool(0.8) {
				let _ = self.world.on(id).take(&message, &signers);
			}
		}
	}

	fn check(&mut self, at: &str) {
		for honest in &self.honest {
			check_votes(honest.book.memory(), at);
		}
		let least = threshold(self.world.members.len() as u32) as usize;
		let ready: Vec<_> = self
			.votes
			.values()
			.filter(|(_, signers)| signers.len() >= least)
			.map(|(message, _)| message)
			.collect();
		for one in &ready {
			for other in &ready {
				assert!(!one.contradicts(other), "{at}: certificates of {one:?} and {other:?}");
			}
		}
		// No two chains have certified different blocks of one number, now or ever.
		for chain in &self.world.chains {
			let state = chain.next();
			for (number, header) in state.blocks.range(..=state.counters.certified) {
				let hash = *self.certified.entry(*number).or_insert_with(|| header.hash());
				assert_eq!(hash, header.hash(), "{at}: two blocks {number:?}");
			}
		}
		let states: Vec<_> = self.world.chains.iter().map(|chain| chain.next()).collect();
		let heights: Vec<_> = states.iter().map(|state| state.counters.certified.0).collect();
		assert!(heights[0].abs_diff(heights[1]) <= TORN_BLOCKS, "{at}: torn {heights:?}");
		let freezes: Vec<_> = states.iter().filter_map(|state| state.freeze()).collect();
		if freezes.len() == 2 && states.iter().all(|state| !state.timed_out) {
			assert_eq!(freezes[0], freezes[1], "{at}: exit at two heights");
		}
	}
}

/// That nothing in a journal contradicts anything else in it.
fn check_votes(memory: &Memory, at: &str) {
	let votes: Vec<_> = memory.since(BlockNumber(0)).collect();
	for (place, one) in votes.iter().enumerate() {
		for other in &votes[..place] {
			assert!(!one.contradicts(other), "{at}: {one:?} and {other:?}");
			assert_ne!(one, other, "{at}: written twice");
		}
	}
	let numbers = |kind| votes.iter().filter(move |vote| vote.kind == kind).map(|vote| vote.number);
	let lowest_freeze = numbers(VoteKind::Freeze).min();
	let highest_block = numbers(VoteKind::Block).max();
	let above = lowest_freeze.is_some_and(|freeze| highest_block > Some(freeze));
	assert!(!above, "{at}: a block above a freeze");
}

/// What came about in some histories: a test in which nothing happens shows nothing.
#[derive(Debug, Default)]
struct Tally {
	certified: u64,
	refusals: usize,
	halts: usize,
	frozen: usize,
	votes: BTreeMap<&'static str, usize>,
}

fn play<B: Book>(mut history: History<B>, steps: usize, at: &str, tally: &mut Tally) {
	for step in 0..steps {
		history.step();
		if step % 16 == 0 {
			history.check(&format!("{at}, step {step}"));
		}
	}
	history.check(at);
	let states = || history.world.chains.iter().map(|chain| chain.next());
	tally.certified += states().map(|state| state.counters.certified.0).max().unwrap_or_default();
	tally.refusals += states().map(|state| state.refusals.len()).sum::<usize>();
	tally.halts += states().filter(|state| state.halt.is_some()).count();
	tally.frozen += states().filter(|state| state.freeze().is_some() && !state.timed_out).count();
	for honest in &history.honest {
		for vote in honest.book.memory().since(BlockNumber(0)) {
			*tally.votes.entry(crate::metrics::kind_name(vote.kind)).or_default() += 1;
		}
	}
}

/// How many histories: a hundred times as many with `LIGATURE_LONG=1`.
fn histories(count: u64) -> u64 {
	count * if std::env::var_os("LIGATURE_LONG").is_some() { 100 } else { 1 }
}

#[test]
fn honest_members_should_never_contradict_themselves_and_chains_never_part() {
	let mut tally = Tally::default();
	for seed in 0..histories(60) {
		let (honest, cheats) = [(4, 0), (3, 1), (5, 2), (1, 0)][seed as usize % 4];
		let history = History::new(seed, honest, cheats, |_| Memory::default());
		play(history, 600, &format!("seed {seed}"), &mut tally);
	}
	println!("{tally:?}");
	assert!(tally.certified > 90 && tally.refusals > 10 && tally.halts > 0, "{tally:?}");
	assert!(tally.frozen > 0, "{tally:?}");
	assert_eq!(tally.votes.len(), VoteKind::ALL.len(), "{tally:?}");
}

#[test]
fn members_killed_while_they_write_should_never_contradict_themselves() {
	let mut tally = Tally::default();
	for seed in 0..histories(6) {
		let folder = tempfile::tempdir().expect("a folder");
		let history = History::new(1_000 + seed, 3, 1, |key| {
			let path = folder.path().join(hex::encode(key.public()));
			let mut book = Killed { path, key, journal: None };
			book.open();
			book
		});
		play(history, 500, &format!("seed {seed}"), &mut tally);
	}
	println!("{tally:?}");
	assert!(tally.certified > 5 && tally.votes.len() >= 3, "{tally:?}");
}

/// The checks find what they look for: members of whom more than a third cheat do part the chains.
#[test]
fn with_too_many_cheats_the_chains_should_be_seen_to_part() {
	let parted = (0..40).any(|seed| {
		let outcome = std::panic::catch_unwind(|| {
			let history = History::new(seed, 1, 3, |_| Memory::default());
			play(history, 600, "cheats", &mut Tally::default());
		});
		outcome.is_err()
	});
	assert!(parted, "three of four cheat, and nothing was found");
}

/// The timeout is long enough for something to happen before its half is over.
const _: () = assert!(TIMEOUT >= 4 * LAG as u32);

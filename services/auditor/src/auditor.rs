// SPDX-License-Identifier: Apache-2.0

//! All books beside each other. A page goes in, findings come out: no chain, no clock, no network.

use crate::{
	books::{Books, Deed, REMEMBERED},
	checks::{notices, oracles, payments, progress, proofs, requests, roots, solvency},
	config::Patience,
	finding::{Evidence, Finding, Identity, What},
	index::{Awaited, Index},
	page::{Look, Occurrence, Page},
};
use ligature_chain::{RollupEvent, Stage};
use ligature_primitives::{
	header::Digest,
	ids::{BlockNumber, ChainId, TokenId},
};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// So many findings are kept in mind, to be told once.
const KEPT: usize = 65_536;

/// A block of the rollup: number and header hash.
type Block = (BlockNumber, Digest);

/// What is found on one page.
struct Found {
	chain: ChainId,
	at: u32,
	all: Vec<Finding>,
}

impl Found {
	fn new(chain: ChainId, at: u32) -> Self {
		Self { chain, at, all: Vec::new() }
	}

	fn add(&mut self, block: Option<Block>, what: impl IntoIterator<Item = What>) {
		let (chain, at) = (self.chain, self.at);
		self.all.extend(what.into_iter().map(|what| Finding { chain, at, block, what }));
	}
}

/// The books of all chains of a network, and what was found in them.
pub struct Auditor {
	books: BTreeMap<ChainId, Books>,
	index: Index,
	patience: Patience,
	told: BTreeSet<Identity>,
	order: VecDeque<Identity>,
}

impl Auditor {
	/// An auditor of these chains.
	pub fn new(books: impl IntoIterator<Item = Books>, patience: Patience) -> Self {
		let mut index = Index::default();
		let books: BTreeMap<_, _> = books.into_iter().map(|it| (it.chain(), it)).collect();
		for (chain, books) in &books {
			index.begin(*chain, books.begin());
		}
		Self { books, index, patience, told: BTreeSet::new(), order: VecDeque::new() }
	}

	/// The books of a chain.
	pub fn books(&self, chain: ChainId) -> Option<&Books> {
		self.books.get(&chain)
	}

	/// Reads the next block of a chain. Gives what is found, each once.
	pub fn read(&mut self, page: &Page) -> Vec<Finding> {
		let Some(books) = self.books.get_mut(&page.chain) else { return Vec::new() };
		let deeds = books.enter(page);
		if let Some(look) = &page.look
			&& books.pending(TokenId::NATIVE).is_none()
			&& let Some(before) = solvency::before(books, look)
		{
			books.assume(before);
		}
		let mut found = Found::new(page.chain, page.head.number);
		for deed in &deeds {
			self.judge(page, deed, &mut found);
		}
		self.look(page, &mut found);
		self.news(found)
	}

	/// Compares a chain's last finalized block with the clock.
	pub fn clock(&mut self, chain: ChainId, now: u64) -> Vec<Finding> {
		let Some(last) = self.books.get(&chain).and_then(Books::last) else { return Vec::new() };
		let mut found = Found::new(chain, last.head.number);
		found.add(None, progress::silent(now, last.time, &self.patience));
		self.news(found)
	}

	/// A chain does not answer.
	pub fn lost(&mut self, chain: ChainId, reason: &str) -> Vec<Finding> {
		self.say(chain, What::ChainUnreachable { reason: reason.into() })
	}

	/// What happened before a chain's books begin was not looked at.
	pub fn unseen(&mut self, chain: ChainId) -> Vec<Finding> {
		self.say(chain, What::PastUnseen)
	}

	fn say(&mut self, chain: ChainId, what: What) -> Vec<Finding> {
		let last = self.books.get(&chain).and_then(Books::last);
		let mut found = Found::new(chain, last.map_or(0, |last| last.head.number));
		found.add(None, [what]);
		self.news(found)
	}

	/// Whether what was found is so still: its block was not taken back, and governance has not resumed since. Who
	/// reads the past must not halt the present for it.
	pub fn stands(&self, finding: &Finding) -> bool {
		let Some(books) = self.books.get(&finding.chain) else { return false };
		if books.resumed().is_some_and(|resumed| resumed > finding.at) {
			return false;
		}
		match finding.block {
			// Of these there is nothing in the books that could have been taken back.
			_ if matches!(finding.what, What::NotPosted | What::UnknownBlock { .. }) => true,
			None => true,
			Some((number, hash)) => match books.block(number) {
				Some(block) => block.hash == hash,
				// Remembered no more: it is executed.
				None => number.0.saturating_add(REMEMBERED) <= books.executed().0,
			},
		}
	}

	/// What is wrong with something that a chain did.
	fn judge(&mut self, page: &Page, deed: &Deed, found: &mut Found) {
		let Some(books) = self.books.get(&page.chain) else { return };
		match deed {
			Deed::Committed { number, hash, outcome } => {
				let block = Some((*number, *hash));
				found.add(block, roots::check(*outcome));
				let entered = books.block(*number).filter(|block| block.hash == *hash);
				let sums = entered.and_then(|block| block.sums.as_ref());
				found.add(block, sums.map(solvency::shares).unwrap_or_default());
				let epoch = entered.map_or(books.revert_epoch(), |it| it.header.revert_epoch);
				let place = (*number, epoch);
				let others = self.index.committed(page.chain, place, *hash, page.time);
				if entered.is_some_and(|block| block.time(Stage::Proven).is_some()) {
					self.index.proven(page.chain, *number, *hash);
				}
				let others = others.into_iter();
				found.add(
					block,
					others.map(|(other, there)| What::HeadersDiffer { epoch, other, there }),
				);
			},
			Deed::Proven { number, hash, header, proofs } => {
				let what = match (header, proofs) {
					(None, _) => Some(What::UnknownBlock { stage: Stage::Proven }),
					(Some(header), Some(proofs)) => proofs::check(books.keys(), header, proofs)
						.err()
						.map(|fault| What::BadProof { fault }),
					(Some(_), None) => Some(What::Unchecked { evidence: Evidence::Proofs }),
				};
				found.add(Some((*number, *hash)), what);
				self.index.proven(page.chain, *number, *hash);
			},
			Deed::Certified { number, hash, header, certificate } => {
				let what = match (header, certificate) {
					(None, _) => Some(What::UnknownBlock { stage: Stage::Certified }),
					(Some(header), Some(certificate)) => {
						let members = books.members(header.oracle_epoch).unwrap_or_default();
						oracles::check(header, members, certificate)
							.err()
							.map(|fault| What::BadCertificate { fault })
					},
					(Some(_), None) => Some(What::Unchecked { evidence: Evidence::Certificate }),
				};
				found.add(Some((*number, *hash)), what);
				let place = (page.chain, page.head.number);
				let chains = &books.identity().chains;
				self.index.certified(place, *number, *hash, page.time, chains);
			},
			Deed::Executed { number, hash, known, due, paid } => {
				let block = Some((*number, *hash));
				let unknown = What::UnknownBlock { stage: Stage::Executed };
				found.add(block, (!known).then_some(unknown));
				found.add(block, due.as_deref().and_then(|due| payments::check(due, paid)));
			},
			Deed::Other(occurrence) => {
				let block = match occurrence {
					Occurrence::Rollup(
						RollupEvent::BlockRefused { number, hash }
						| RollupEvent::FreezeFixed { number, hash },
					) => Some((*number, *hash)),
					_ => None,
				};
				found.add(block, notices::of(occurrence, page.look.as_ref()));
			},
		}
	}

	/// What is wrong with what a chain knows, and with the time.
	fn look(&mut self, page: &Page, found: &mut Found) {
		let Some(books) = self.books.get(&page.chain) else { return };
		if let Some(look) = &page.look {
			let Look { status, requests, keys, .. } = look;
			let now = page.head.number;
			found.add(None, solvency::check(books, look));
			let share = self.patience.request_share;
			found.add(None, requests::check(now, status, requests, share));
			found.add(None, notices::announced(now, look));
			let development = keys.is_some() && books.keys().development();
			found.add(None, development.then_some(What::DevelopmentKeys));
		}
		for (block, what) in progress::stalled(books, &self.index, &self.patience) {
			found.add(Some(block), [what]);
		}
		let patience = self.patience.clocks.as_secs();
		for (awaited, there) in self.index.overdue(page.chain, page.time, patience) {
			let Awaited { number, hash, certified: chain, at, other, .. } = awaited;
			let what = What::CertifiedUnproven { other, there };
			found.all.push(Finding { chain, at, block: Some((number, hash)), what });
		}
	}

	/// Of what was found what was not told yet.
	fn news(&mut self, found: Found) -> Vec<Finding> {
		let mut news = Vec::new();
		for finding in found.all {
			let identity = finding.identity();
			if self.told.insert(identity.clone()) {
				self.order.push_back(identity);
				news.push(finding);
			}
		}
		while self.order.len() > KEPT {
			if let Some(oldest) = self.order.pop_front() {
				self.told.remove(&oldest);
			}
		}
		news
	}
}

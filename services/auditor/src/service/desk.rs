// SPDX-License-Identifier: Apache-2.0

//! Where everything comes together: pages of all chains, the auditor, and what is done about findings.
//!
//! Of the pages that are there the oldest is read first, by the chains' clocks, so that all chains come to a block of the
//! rollup at about the same time. Nobody waits for a chain that does not answer.

use crate::{
	auditor::Auditor,
	config::Patience,
	error::AuditError,
	finding::Finding,
	page::Page,
	react::Reaction,
	start::{Start, mark},
	watch::{Told, Until, Watch},
};
use futures::{FutureExt, future::select_all};
use ligature_chain::{Chain, Identity};
use ligature_primitives::ids::ChainId;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::{
	sync::mpsc::{self, error::TryRecvError},
	task,
	time::interval,
};

/// So many pages of a chain wait at most.
const WAITING: usize = 16;

/// The clock is looked at so often.
const TICK: Duration = Duration::from_secs(5);

/// What a chain's watch does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
	/// It reads: there will be pages.
	Reading,
	/// It has read all there is.
	Idle,
	/// Its chain does not answer.
	Lost,
	/// It has ended.
	Ended,
}

/// What comes of one chain.
struct Lane {
	id: ChainId,
	url: String,
	told: mpsc::Receiver<Told>,
	next: Option<Box<Page>>,
	state: State,
}

impl Lane {
	/// Whether the others need not wait for it.
	fn is_settled(&self) -> bool {
		self.next.is_some() || self.state != State::Reading
	}
}

/// Where everything comes together.
pub struct Desk {
	/// Away while it reads.
	auditor: Option<Auditor>,
	lanes: Vec<Lane>,
	react: Reaction,
}

impl Desk {
	pub fn new(
		chains: Vec<(Chain, Identity)>,
		starts: Vec<Start>,
		patience: Patience,
		until: Until,
		react: Reaction,
	) -> Self {
		let mut lanes = Vec::new();
		let (mut books, mut unseen) = (Vec::new(), Vec::new());
		for ((chain, identity), start) in chains.into_iter().zip(starts) {
			let (sender, told) = mpsc::channel(WAITING);
			let (id, url) = (identity.chain, chain.url().to_owned());
			tokio::spawn(Watch::new(chain, id, start.next).run(until, sender));
			lanes.push(Lane { id, url, told, next: None, state: State::Reading });
			books.push(start.books);
			unseen.extend(start.unseen.then_some(id));
		}
		let mut auditor = Auditor::new(books, patience);
		let notices: Vec<_> = unseen.into_iter().flat_map(|id| auditor.unseen(id)).collect();
		let mut desk = Self { auditor: Some(auditor), lanes, react };
		// A notice ends nothing.
		let _ = desk.react.to(notices);
		desk
	}

	/// All findings, if they were kept.
	pub fn into_findings(self) -> Vec<Finding> {
		self.react.all.unwrap_or_default()
	}

	fn auditor(&mut self) -> Result<&mut Auditor, AuditError> {
		self.auditor.as_mut().ok_or_else(|| AuditError::Internal("a page crashed it".into()))
	}

	/// Reads until all watches have ended.
	pub async fn work(&mut self) -> Result<(), AuditError> {
		let mut tick = interval(TICK);
		loop {
			for place in 0..self.lanes.len() {
				self.fill(place)?;
			}
			if self.lanes.iter().all(Lane::is_settled) {
				let pages = self.lanes.iter_mut().filter(|lane| lane.next.is_some());
				let oldest = pages.min_by_key(|lane| lane.next.as_ref().map(|page| page.time));
				if let Some(page) = oldest.and_then(|lane| lane.next.take()) {
					self.read(page).await?;
					continue;
				}
				let Self { auditor: Some(auditor), react, .. } = self else {
					return Err(AuditError::Internal("a page crashed it".into()));
				};
				react.halt(auditor);
				if self.lanes.iter().all(|lane| lane.state == State::Ended) {
					return Ok(());
				}
			}
			let told = tokio::select! {
				told = self.hear() => Some(told),
				_ = tick.tick() => None,
			};
			match told {
				Some((place, Some(told))) => self.take(place, told)?,
				Some((place, None)) => self.lanes[place].state = State::Ended,
				None => self.look_at_clock()?,
			}
		}
	}

	/// Waits until a watch tells something, of which no page waits. None: it has ended.
	async fn hear(&mut self) -> (usize, Option<Told>) {
		let lanes = self.lanes.iter_mut().enumerate();
		let open = lanes.filter(|(_, lane)| lane.next.is_none() && lane.state != State::Ended);
		let news = open.map(|(place, lane)| async move { (place, lane.told.recv().await) }.boxed());
		let news: Vec<_> = news.collect();
		match news.is_empty() {
			true => std::future::pending().await,
			false => select_all(news).await.0,
		}
	}

	/// Takes what a watch has told already.
	fn fill(&mut self, place: usize) -> Result<(), AuditError> {
		while self.lanes[place].next.is_none() {
			match self.lanes[place].told.try_recv() {
				Ok(told) => self.take(place, told)?,
				Err(TryRecvError::Empty) => break,
				Err(TryRecvError::Disconnected) => {
					self.lanes[place].state = State::Ended;
					break;
				},
			}
		}
		Ok(())
	}

	fn take(&mut self, place: usize, told: Told) -> Result<(), AuditError> {
		let lane = &mut self.lanes[place];
		let id = lane.id;
		match told {
			Told::Page(page) => (lane.state, lane.next) = (State::Reading, Some(page)),
			Told::Idle => {
				lane.state = State::Idle;
				self.react.metrics.connected(id, true);
			},
			Told::Lost(reason) => {
				lane.state = State::Lost;
				self.react.metrics.connected(id, false);
				let findings = self.auditor()?.lost(id, &reason);
				self.react.to(findings)?;
			},
			Told::Failed(source) => {
				return Err(AuditError::Chain { url: lane.url.clone(), source });
			},
		}
		Ok(())
	}

	/// Reads a page. Others go on meanwhile, as it may take all cores.
	async fn read(&mut self, page: Box<Page>) -> Result<(), AuditError> {
		let chain = page.chain;
		let crashed = || AuditError::Internal("a page crashed it".into());
		let mut auditor = self.auditor.take().ok_or_else(crashed)?;
		let read = task::spawn_blocking(move || {
			let findings = auditor.read(&page);
			(auditor, page.head, findings)
		});
		let (auditor, head, findings) = read.await.map_err(|_| crashed())?;
		let auditor = self.auditor.insert(auditor);
		if let Some(books) = auditor.books(chain) {
			self.react.metrics.read(books);
		}
		let done = self.react.to(findings);
		if let Some(data) = &self.react.data {
			mark(data, chain, head)?;
		}
		done
	}

	/// Compares the chains that are read to their ends with the clock.
	pub fn look_at_clock(&mut self) -> Result<(), AuditError> {
		let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
		let quiet =
			|lane: &&Lane| lane.next.is_none() && matches!(lane.state, State::Idle | State::Ended);
		let chains: Vec<_> = self.lanes.iter().filter(quiet).map(|lane| lane.id).collect();
		for chain in chains {
			let findings = self.auditor()?.clock(chain, now);
			self.react.to(findings)?;
		}
		Ok(())
	}
}

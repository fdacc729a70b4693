// SPDX-License-Identifier: Apache-2.0

//! Ligature's main job, shown and checked on a development network of its own.
//!
//! | file | what |
//! |---|---|
//! | `tape`, `generator` | the orders that are traded, and where they come from |
//! | `market` | what a swap gives, computed without the ledger's code |
//! | `cast`, `desk` | who acts with which keys; signing and sending |
//! | `story`, `flow`, `watch` | what happens, how fast orders are sent, what is waited for |
//! | `evidence` | what the chains themselves say, read block by block |
//! | `trades`, `books`, `checks` | what they should say, and whether they do |
//! | `figures`, `grid`, `chart`, `report` | numbers, tables, pictures, files |
//! | `progress` | how far it is, and how long it will still take |

use std::path::PathBuf;

use clap::Args;
use tempfile::TempDir;

use crate::{
	devnet::{Folder, Interrupts, Network, OPERATOR, Options, Plan, tail},
	endpoints::{Endpoints, user_folder},
	failure::Failure,
	session::Session,
	ui::Ui,
	wallet::Wallet,
};

mod books;
mod cast;
mod chart;
mod checks;
mod desk;
mod evidence;
mod figures;
mod flow;
mod generator;
mod grid;
mod market;
mod progress;
mod report;
mod story;
mod tape;
mod trades;
mod watch;

use self::{
	cast::{Cast, Coins},
	checks::Deeds,
	desk::now,
	evidence::Evidence,
	progress::Progress,
	report::{Report, Sources},
	story::Facts,
	tape::Order,
};

/// Lines of each log that are shown when something fails.
const TAIL: usize = 15;

/// Show the main job from end to end on a network of its own, and check every number on the chains
#[derive(Debug, Args)]
pub struct Demo {
	/// How the network is made.
	#[command(flatten)]
	pub options: Options,

	/// Only the first N orders of the tape
	#[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
	pub orders: Option<u32>,

	/// Another tape than the recorded one
	#[arg(long, value_name = "FILE", conflicts_with = "seed")]
	pub tape: Option<PathBuf>,

	/// A new tape, from this seed
	#[arg(long, value_name = "SEED")]
	pub seed: Option<u64>,

	/// Leave the network running in the end
	#[arg(long)]
	pub keep: bool,

	/// Folder of the network; what a network has left there is deleted first [default: a temporary one, which is deleted
	/// unless something fails; with --keep ligature/demo-network in the user's cache folder]
	#[arg(long, value_name = "FOLDER")]
	pub folder: Option<PathBuf>,

	/// Folder for the report [default: ligature/demo in the user's cache folder]
	#[arg(long, value_name = "FOLDER")]
	pub report: Option<PathBuf>,
}

/// The folder of the network: somebody's, or a temporary one.
struct Place {
	folder: Folder,
	temporary: Option<TempDir>,
}

impl Place {
	fn of(demo: &Demo) -> Result<Self, Failure> {
		let cache = || user_folder("XDG_CACHE_HOME", ".cache").join("ligature");
		let (path, temporary) = match (&demo.folder, demo.keep) {
			(Some(path), _) => (path.clone(), None),
			(None, true) => (cache().join("demo-network"), None),
			(None, false) => {
				let temporary = tempfile::Builder::new().prefix("ligature-demo-").tempdir()?;
				(temporary.path().into(), Some(temporary))
			},
		};
		Ok(Self { folder: Folder::at(Some(path)), temporary })
	}

	/// Leaves the folder where it is.
	fn leave(self) {
		if let Some(temporary) = self.temporary {
			let _ = temporary.keep();
		}
	}
}

impl Demo {
	/// Does it.
	///
	/// # Errors
	///
	/// What does not come about; a check that does not hold.
	pub async fn run(self, ui: Ui) -> Result<(), Failure> {
		let tape = self.orders()?;
		let interrupts = Interrupts::listen()?;
		let place = Place::of(&self)?;
		let began = now();
		let mut progress = Progress::new(ui, story::steps(self.options.class, tape.len()));
		progress.step("network");
		progress.detail("the network starts");
		let plan = Plan {
			folder: place.folder.clone(),
			options: self.options.clone(),
			program: None,
			fresh: true,
		};
		let mut network = match Network::start(plan, &mut progress, &interrupts).await {
			Ok(network) => network,
			Err(error) => {
				drop(progress);
				if interrupts.count() == 0 {
					place.leave();
				}
				return Err(error.into());
			},
		};

		let endpoints = network.endpoints().clone();
		let endpoints = Endpoints { operator: endpoints.operator, chains: Vec::new() };
		let shown = tokio::select! {
			shown = network.alive(self.show(&endpoints, &tape, began, &progress)) => shown,
			() = interrupts.wait(1) => Err(Failure::failed("interrupted", "run it again")),
		};
		let logs: Vec<_> =
			network.processes().iter().map(|it| (it.name.clone(), it.log.clone())).collect();
		let folder = place.folder.path().to_owned();
		if shown.is_err() && interrupts.count() == 0 {
			show_logs(&progress, &logs);
		}
		let keep = self.keep && shown.is_ok();
		if !keep {
			progress.detail("everything stops");
			network.stop(&interrupts).await?;
		}
		drop(progress);

		let path = folder.display();
		match shown {
			Ok(report) => {
				let file = report.write(&self.report_folder(), &tape::write(&tape))?;
				ui.print(report.human(), &report.json())?;
				ui.line(format!("report: {}", file.display()));
				if keep {
					ui.line(format!(
						"The network goes on; stop it with: ligature devnet down --folder {path}"
					));
				}
				match report.broken().count() {
					0 => Ok(()),
					broken => {
						place.leave();
						Err(Failure::failed(
							format!("{broken} checks do not hold"),
							format!("the report names them; the logs are in {path}/logs"),
						))
					},
				}
			},
			Err(failure) if interrupts.count() > 0 => Err(failure),
			Err(failure) => {
				place.leave();
				ui.line(format!("logs and state are left in {path}"));
				Err(failure)
			},
		}
	}

	/// The orders that are traded.
	fn orders(&self) -> Result<Vec<Order>, Failure> {
		let bad =
			|what: String| Failure::input(what, "leave --tape away to trade the recorded one");
		let read = |text: &str| tape::read(text).map_err(|error| bad(error.to_string()));
		let mut orders = match (&self.tape, self.seed) {
			(Some(path), _) => read(&std::fs::read_to_string(path)?)?,
			(None, Some(seed)) => generator::generate(seed),
			(None, None) => read(tape::RECORDED)?,
		};
		if let Some(count) = self.orders {
			orders.truncate(usize::try_from(count).unwrap_or(usize::MAX));
		}
		if orders.is_empty() {
			Err(bad("there is no order on the tape".into()))
		} else {
			Ok(orders)
		}
	}

	fn report_folder(&self) -> PathBuf {
		let usual = || user_folder("XDG_CACHE_HOME", ".cache").join("ligature").join("demo");
		self.report.clone().unwrap_or_else(usual)
	}

	/// Everything between start and stop.
	async fn show(
		&self,
		endpoints: &Endpoints,
		tape: &[Order],
		began: u64,
		progress: &Progress,
	) -> Result<Report, Failure> {
		let session = Session::connect(endpoints).await?;
		let coins = Coins::of(&session)?;
		let cast = Cast::generate(Wallet::from_suri(OPERATOR)?.owner())?;
		let facts =
			story::tell(&session, &cast, &coins, tape, self.options.class, progress).await?;

		progress.step("checks");
		let evidence = gather(&session, &cast, &coins, &facts, progress).await?;
		let deeds = Deeds {
			cast: &cast,
			coins: &coins,
			deposits: &facts.deposits,
			open: &facts.open,
			orders: &facts.orders,
			others: &facts.others,
			built: facts.blocks.len() as u64,
		};
		let audit = checks::audit(&deeds, &evidence).map_err(|what| {
			Failure::failed(
				format!("the chains have executed something else than was signed: {what}"),
				"a rule of the protocol is broken; please report this, with the logs",
			)
		})?;
		progress.detail("the circuits are counted");
		let infos = facts.blocks.clone();
		let blocks = tokio::task::spawn_blocking(move || figures::blocks(&infos, began)).await;
		let blocks =
			blocks.map_err(|error| Failure::failed(error.to_string(), "please report this"))?;
		Ok(Report::new(Sources {
			cast: &cast,
			coins: &coins,
			facts: &facts,
			evidence: &evidence,
			trades: figures::trades(&audit.done, tape),
			audit: &audit,
			blocks,
			class: self.options.class,
			seconds: progress.elapsed().as_secs_f64(),
		}))
	}
}

/// Reads both chains, once they have finalized all that happened.
async fn gather(
	session: &Session,
	cast: &Cast,
	coins: &Coins,
	facts: &Facts,
	progress: &Progress,
) -> Result<[Evidence; 2], Failure> {
	let people: Vec<_> = cast.people().map(|(_, wallet)| wallet.owner().0).collect();
	let built = facts.blocks.len() as u64;
	let read = async |side: usize| {
		let token = coins.both()[side];
		let name = &token.chain_name;
		let chain = session.chain(token.chain).await?;
		let trouble = |error| crate::session::chain_trouble(name, error);
		progress.detail("the chains finalize what has happened");
		evidence::finalized(&chain, built).await.map_err(trouble)?;
		evidence::gather(&chain, name, token.asset, &people, |done, all| {
			progress.detail(format!("{name}: block {done} of {all} read"));
			// Two chains, one after the other.
			progress.part(side * all + done, 2 * all);
		})
		.await
	};
	Ok([read(0).await?, read(1).await?])
}

/// The ends of all logs.
fn show_logs(progress: &Progress, logs: &[(String, PathBuf)]) {
	for (name, log) in logs {
		progress.line(&format!("── the last lines of the log of {name} ({})", log.display()));
		progress.line(&indented(&tail(log, TAIL)));
	}
}

fn indented(text: &str) -> String {
	text.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}

// SPDX-License-Identifier: Apache-2.0

//! A whole network on this machine: two chains, the operator, provers, oracles.
//!
//! | file | what |
//! |---|---|
//! | `folder` | where everything lies, and that one command at a time works there |
//! | `ports` | who listens where |
//! | `keys` | the proving keys |
//! | `parts`, `config` | the programs, what each is told, and their configuration files |
//! | `spec` | chains with shorter periods |
//! | `process` | starting a process, knowing it again, stopping it and no other |
//! | `health` | whether a process does what it is for |
//! | `open` | what the chains need before blocks can come: the open network, the accounts for fees |
//! | `network` | the order in which all of it starts and stops |
//! | `up`, `status`, `logs` | the commands |
//! | `show`, `signals` | who is told what happens; who wants it to end |
//!
//! Everything listens on the loopback interface only. The keys are development keys, whose secrets are public.

use std::{path::PathBuf, time::Duration};

use clap::{Args, Subcommand};

mod config;
mod error;
mod folder;
mod health;
mod keys;
mod logs;
mod network;
mod open;
mod parts;
mod ports;
mod process;
mod show;
mod signals;
mod spec;
mod status;
mod up;

pub use error::DevnetError;
pub use folder::Folder;
pub use health::get;
pub use network::{Network, Plan};
pub use open::{FEE_ACCOUNT_DEPOSIT, OPERATOR, send};
pub use ports::Wishes;
pub use process::{Process, tail};
pub use show::{Event, Show, line};
pub use signals::Interrupts;

use crate::{failure::Failure, ui::Ui};

/// Run a whole development network on this machine
#[derive(Debug, Subcommand)]
pub enum Devnet {
	/// Start two chains, the operator, provers and oracles, and wait until all are healthy
	Up(Box<Up>),
	/// Stop exactly what `up` has started
	Down(Place),
	/// Show each process: whether it runs, how far it is, where it listens
	Status(Place),
	/// Show the log of a process
	Logs(Logs),
}

/// Which network.
#[derive(Clone, Debug, Args)]
pub struct Place {
	/// Folder of the network's state, configuration and logs [default: ligature/devnet in the user's cache folder]
	#[arg(long, value_name = "FOLDER", env = "LIGATURE_DEVNET")]
	pub folder: Option<PathBuf>,
}

/// What `up` is told.
#[derive(Debug, Args)]
pub struct Up {
	/// Which network.
	#[command(flatten)]
	pub place: Place,

	/// Delete what is in the folder first, chains included
	#[arg(long)]
	pub fresh: bool,

	/// Stay, and stop everything when Ctrl-C comes
	#[arg(long)]
	pub foreground: bool,

	/// How the network is made.
	#[command(flatten)]
	pub options: Options,
}

/// How a network is made; the demo takes the same.
#[derive(Clone, Debug, Args)]
pub struct Options {
	/// Size class of blocks: 1 has 8 slots per chain, 2 has 32, 3 has 128
	#[arg(long, value_name = "CLASS", default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=3))]
	pub class: u8,

	/// How many of the four oracles run; blocks settle with three
	#[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u8).range(0..=4))]
	pub oracles: u8,

	/// Longest that an operation waits before a block is built with what there is, such as 500ms or 2s
	#[arg(long, value_name = "TIME", default_value = "2s", value_parser = ligature_service_kit::duration::parse)]
	pub block_wait: Duration,

	/// Time in which the chains' requests must be served, such as 40s; the periods that follow from it become shorter
	/// too. What was started keeps its own [default: 20 minutes]
	#[arg(long, value_name = "TIME", value_parser = spec::parse_expiry)]
	pub expiry: Option<Duration>,

	/// One more relay through which the oracles hear each other, beside the operator; once per relay
	#[arg(long, value_name = "URL")]
	pub relay: Vec<String>,

	/// This node instead of the one beside this program
	#[arg(long, value_name = "FILE")]
	pub node: Option<PathBuf>,

	/// Who listens where.
	#[command(flatten)]
	pub ports: Wishes,
}

/// What `logs` is told.
#[derive(Debug, Args)]
pub struct Logs {
	/// The process: alpha, beta, operator, oracle-1, …
	pub name: String,

	/// Which network.
	#[command(flatten)]
	pub place: Place,

	/// Go on with what is written from now on
	#[arg(short, long)]
	pub follow: bool,

	/// So many of the last lines
	#[arg(short = 'n', long, value_name = "LINES", default_value_t = 40)]
	pub lines: usize,
}

impl Devnet {
	/// Does it.
	///
	/// # Errors
	///
	/// What was not possible, and what to do.
	pub async fn run(self, ui: Ui) -> Result<(), Failure> {
		match self {
			Self::Up(up) => up::up(*up, ui).await,
			Self::Down(place) => up::down(&place.folder(), ui).await,
			Self::Status(place) => status::run(&place.folder(), ui).await,
			Self::Logs(logs) => logs::run(&logs).await,
		}
	}
}

impl Place {
	/// The folder.
	pub fn folder(&self) -> Folder {
		Folder::at(self.folder.clone())
	}
}

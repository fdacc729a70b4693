// SPDX-License-Identifier: Apache-2.0

//! The order in which all of it starts and stops.

use std::{
	path::PathBuf,
	time::{Duration, Instant},
};

use ligature_chain::Chain;

use super::{
	Options, config,
	error::DevnetError,
	folder::{Folder, Lock},
	health::{self, Health},
	keys, open,
	parts::{CHAINS, Parts},
	ports::Ports,
	process::{self, Kind, Process, Processes, Start, Started},
	show::{Event, Show},
	signals::Interrupts,
	spec,
};
use crate::endpoints::DevnetState;

/// Longest that a process takes until it is well, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(180);

/// Longest that processes have to end in order.
const STOP: Duration = Duration::from_secs(30);

/// How often a process is asked whether it is well.
const LOOK: Duration = Duration::from_millis(250);

/// What is to be started.
#[derive(Clone, Debug)]
pub struct Plan {
	/// Where it lies.
	pub folder: Folder,
	/// How it is made.
	pub options: Options,
	/// The program `ligature` that runs the services, if it is not this one.
	pub program: Option<PathBuf>,
	/// Whether what lies there is deleted first.
	pub fresh: bool,
}

/// A running network.
#[derive(Debug)]
pub struct Network {
	folder: Folder,
	started: Vec<Started>,
	processes: Processes,
	endpoints: DevnetState,
	/// Held while it starts.
	lock: Option<Lock>,
}

impl Network {
	/// Starts everything and waits until all of it is well. Whatever was started is stopped if that fails, or if it is
	/// interrupted.
	///
	/// # Errors
	///
	/// [`DevnetError`]; a process that died is named, with the end of its log.
	pub async fn start(
		plan: Plan,
		show: &mut (dyn Show + Send),
		interrupts: &Interrupts,
	) -> Result<Self, DevnetError> {
		let lock = plan.folder.lock()?;
		if let Some(processes) = plan.folder.processes()? {
			let running = processes.living().join(", ");
			if !running.is_empty() {
				return Err(DevnetError::Running { folder: plan.folder.path().into(), running });
			}
			plan.folder.forget_processes()?;
		}
		if plan.fresh {
			plan.folder.clear(&lock)?;
		}
		let ports = Ports::choose(&plan.options.ports, plan.options.oracles)?;
		let parts = Parts::find(
			plan.folder.clone(),
			plan.options.node.as_deref(),
			plan.program.as_deref(),
			ports,
		)?;
		let mut network = Self {
			folder: plan.folder.clone(),
			started: Vec::new(),
			processes: Processes { class: plan.options.class, processes: Vec::new() },
			endpoints: parts.endpoints(),
			lock: Some(lock),
		};
		let begun = tokio::select! {
			begun = network.begin(&plan, &parts, show) => begun,
			() = interrupts.wait(1) => Err(DevnetError::Interrupted),
		};
		match begun {
			Ok(()) => {
				// From now on `down` may stop it.
				network.lock = None;
				Ok(network)
			},
			Err(error) => {
				show.show(Event::Waiting("everything stops".into()));
				// The first error is the one that counts.
				let _ = network.stop(interrupts).await;
				Err(error)
			},
		}
	}

	async fn begin(
		&mut self,
		plan: &Plan,
		parts: &Parts,
		show: &mut (dyn Show + Send),
	) -> Result<(), DevnetError> {
		keys::make(plan.options.class, show).await?;

		let oracles: Vec<_> = (1..=plan.options.oracles).map(|n| format!("oracle-{n}")).collect();
		let chains = CHAINS.map(|(name, _)| name.to_owned());
		let names: Vec<_> =
			chains.iter().cloned().chain(["operator".into()]).chain(oracles.clone()).collect();
		self.folder.prepare(&names)?;
		config::write(&self.folder, &plan.options, parts.ports())?;
		spec::prepare(&self.folder, parts.node(), plan.options.expiry).await?;

		for start in parts.nodes() {
			self.spawn(start)?;
		}
		self.wait(&chains, show).await?;

		show.show(Event::Waiting("the chains hear of each other".into()));
		let mut chains = Vec::new();
		for endpoint in &self.endpoints.chains {
			let what = format!("connecting to {}", endpoint.name);
			chains.push(Chain::connect(&endpoint.url).await.map_err(DevnetError::chain(what))?);
		}
		if self.alive(open::open(&chains)).await? {
			show.show(Event::Done("network of alpha and beta opened".into()));
		}

		self.spawn(parts.operator())?;
		self.wait(&["operator".into()], show).await?;
		for start in parts.oracles() {
			self.spawn(start)?;
		}
		self.wait(&oracles, show).await?;
		let path = self.folder.path();
		self.endpoints.write(path).map_err(DevnetError::file(path))
	}

	/// Starts a process, and keeps in mind that it was: `down` finds it whatever happens to this program.
	fn spawn(&mut self, start: Start) -> Result<(), DevnetError> {
		let started = start.start()?;
		self.processes.processes.push(started.process.clone());
		self.started.push(started);
		self.folder.keep_processes(&self.processes)
	}

	/// Waits until these are well, each as it comes.
	async fn wait(
		&mut self,
		names: &[String],
		show: &mut (dyn Show + Send),
	) -> Result<(), DevnetError> {
		let start = Instant::now();
		let mut left: Vec<_> = self.processes.processes.clone();
		left.retain(|process| names.contains(&process.name));
		loop {
			let mut why = Vec::new();
			for process in std::mem::take(&mut left) {
				self.check()?;
				match health::ask(&process).await {
					Health::Good(_) => show.show(Event::Healthy(&process)),
					Health::Bad(reason) => {
						why.push(reason);
						left.push(process);
					},
				}
			}
			let (Some(process), Some(why)) = (left.first(), why.first()) else { return Ok(()) };
			if start.elapsed() > PATIENCE {
				let Process { name, log, .. } = process;
				return Err(DevnetError::Unhealthy {
					name: name.clone(),
					patience: PATIENCE,
					why: why.clone(),
					log: log.clone(),
					tail: process::tail(log, 30),
				});
			}
			let names: Vec<_> = left.iter().map(|process| process.name.as_str()).collect();
			show.show(Event::Waiting(format!("waiting for {}", names.join(", "))));
			tokio::time::sleep(LOOK).await;
		}
	}

	/// Kills a process, as `kill -9` does. The others go on.
	///
	/// # Errors
	///
	/// [`DevnetError::UnknownProcess`], [`DevnetError::System`].
	pub fn kill(&mut self, name: &str) -> Result<(), DevnetError> {
		self.started_mut(name)?.kill()
	}

	/// Starts a process that has ended once more, and waits until it is well.
	///
	/// # Errors
	///
	/// [`DevnetError::UnknownProcess`], [`DevnetError::Died`] if it ends again, [`DevnetError::Unhealthy`].
	pub async fn restart(
		&mut self,
		name: &str,
		show: &mut (dyn Show + Send),
	) -> Result<(), DevnetError> {
		let started = self.started_mut(name)?;
		*started = started.start.clone().start()?;
		let process = started.process.clone();
		for known in &mut self.processes.processes {
			if known.name == name {
				*known = process.clone();
			}
		}
		self.folder.keep_processes(&self.processes)?;
		self.wait(&[name.into()], show).await
	}

	fn started_mut(&mut self, name: &str) -> Result<&mut Started, DevnetError> {
		let names = self.started.iter().map(|started| started.process.name.clone());
		let known = names.collect::<Vec<_>>().join(", ");
		let found = self.started.iter_mut().find(|started| started.process.name == name);
		found.ok_or_else(|| DevnetError::UnknownProcess { name: name.into(), known })
	}

	/// Waits for something, but no longer than all processes live.
	///
	/// # Errors
	///
	/// Those of what is waited for; [`DevnetError::Died`].
	pub async fn alive<T, E: From<DevnetError>>(
		&mut self,
		work: impl Future<Output = Result<T, E>>,
	) -> Result<T, E> {
		let ends = async {
			loop {
				if let Err(died) = self.check() {
					return Err(died.into());
				}
				tokio::time::sleep(LOOK).await;
			}
		};
		tokio::select! {
			done = work => done,
			died = ends => died,
		}
	}

	/// Whether all processes run.
	///
	/// # Errors
	///
	/// [`DevnetError::Died`].
	pub fn check(&mut self) -> Result<(), DevnetError> {
		self.started.iter_mut().try_for_each(Started::check)
	}

	/// Where its parts are.
	pub fn endpoints(&self) -> &DevnetState {
		&self.endpoints
	}

	/// Its processes.
	pub fn processes(&self) -> &[Process] {
		&self.processes.processes
	}

	/// Stops everything, services before chains. Whoever asks for the end a second time does not want to wait.
	///
	/// # Errors
	///
	/// [`DevnetError::Unstoppable`].
	pub async fn stop(self, interrupts: &Interrupts) -> Result<(), DevnetError> {
		let times = interrupts.count() + 1;
		let processes = &self.processes.processes;
		tokio::select! {
			stopped = stop_all(processes, STOP) => stopped?,
			() = interrupts.wait(times) => stop_all(processes, Duration::ZERO).await?,
		}
		self.folder.forget_processes()
	}
}

/// Services before chains, so that nobody complains about a chain that is gone.
async fn stop_all(processes: &[Process], patience: Duration) -> Result<(), DevnetError> {
	let (nodes, services): (Vec<_>, Vec<_>) =
		processes.iter().cloned().partition(|process| process.kind == Kind::Node);
	let services = process::stop(&services, patience).await;
	process::stop(&nodes, patience).await.and(services)
}

/// Stops what `up` has started and left; what it has not started is not touched. Says what has been stopped.
///
/// # Errors
///
/// [`DevnetError::NoNetwork`], [`DevnetError::Unstoppable`].
pub async fn stop(folder: &Folder) -> Result<Vec<String>, DevnetError> {
	if !folder.path().exists() {
		return Err(DevnetError::NoNetwork(folder.path().into()));
	}
	let known = folder.processes()?;
	let known = known.ok_or_else(|| DevnetError::NoNetwork(folder.path().into()))?;
	let _lock = folder.lock()?;
	let living = known.living().into_iter().map(str::to_owned).collect();
	stop_all(&known.processes, STOP).await?;
	folder.forget_processes()?;
	Ok(living)
}

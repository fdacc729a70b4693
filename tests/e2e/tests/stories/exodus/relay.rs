// SPDX-License-Identifier: Apache-2.0

//! A relay of the oracles' votes that is no operator's: it goes on when all operators are gone.

use ligature_e2e::{World, program};
use std::{
	fs::{self, File},
	net::{SocketAddr, TcpListener},
	process::{Child, Command},
};
use tempfile::TempDir;

/// `ligature oracle relay` as a process. Dropping it ends it.
pub struct Relay {
	process: Child,
	_folder: TempDir,
}

/// An address of this machine that nobody listens on: oracles are told of a relay before there are chains for it.
pub fn address() -> SocketAddr {
	TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

impl Relay {
	/// Starts one at this address, beside the chains of a network.
	pub fn start(world: &World, address: SocketAddr) -> Self {
		let folder = TempDir::new().unwrap();
		let config = folder.path().join("relay.toml");
		let text = format!("chains = {:?}\nlisten = \"{address}\"\n", world.chain_urls());
		fs::write(&config, text).unwrap();
		let process = Command::new(program("ligature"))
			.args(["oracle", "relay", "--config"])
			.arg(&config)
			.stderr(File::create(folder.path().join("relay.log")).unwrap())
			.spawn()
			.unwrap();
		Self { process, _folder: folder }
	}
}

impl Drop for Relay {
	fn drop(&mut self) {
		// What cannot be killed has ended.
		let _ = self.process.kill();
		let _ = self.process.wait();
	}
}

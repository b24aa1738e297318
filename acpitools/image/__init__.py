"""What a machine boots from: initramfs archives, the table override archive, and QEMU's command line."""

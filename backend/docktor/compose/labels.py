"""Every label name Docktor reads or writes, once."""

# Compose's own
PROJECT = "com.docker.compose.project"
SERVICE = "com.docker.compose.service"
NUMBER = "com.docker.compose.container-number"
CONFIG_HASH = "com.docker.compose.config-hash"
IMAGE = "com.docker.compose.image"
ONEOFF = "com.docker.compose.oneoff"
REPLACE = "com.docker.compose.replace"
DEPENDS_ON = "com.docker.compose.depends_on"
VERSION = "com.docker.compose.version"
WORKING_DIR = "com.docker.compose.project.working_dir"
CONFIG_FILES = "com.docker.compose.project.config_files"
ENVIRONMENT_FILE = "com.docker.compose.project.environment_file"

# Docker Desktop's: its extensions are Compose projects too
DESKTOP_EXTENSION = "com.docker.desktop.extension"
DESKTOP_EXTENSION_NAME = "com.docker.desktop.extension.name"
DESKTOP_EXTENSION_PROJECT = "-desktop-extension"

# Of our own image
IMAGE_TITLE = "org.opencontainers.image.title"
OUR_TITLE = "Docktor"

# Docktor's. OP marks a container as made by one operation of ours; the others are written by people.
PREFIX = "docktor."
OP = "docktor.op"
ENABLE = "docktor.enable"
MIN = "docktor.min"
MAX = "docktor.max"
MODE = "docktor.mode"
SCALE_UP = "docktor.scale-up"
SCALE_DOWN = "docktor.scale-down"
TARGET = "docktor.target"

import mmap
import subprocess

def shared(fd):
    return mmap.mmap(fd, 0, prot=mmap.PROT_READ | mmap.PROT_WRITE)

def run(name):
    subprocess.call("cat " + name, shell=True)
